/* What a hand finds of strata and of the images that move between them. */
#include <st-reading.h>
#include <st-ribbons.h>

/* Places of a bar that a brush can touch; how far around a bar it is meant. */
enum { BRUSHED = 9, REACH = 3 };

/* Where something is not told apart by one side: all of its strata. */
enum { ANY = -1 };

/* Images that stand together: those of a ribbon, or of a stratum on one side. */
typedef struct Group { int from, to; } Group;

/* ---- where images stand ---- */

typedef struct Slices
{
  const StRibbons *flows;
  /* Images in each ribbon so far: those that are picked, and the others below them. */
  guint used[2][ST_RIBBONS_NAMED + 1][ST_RIBBONS_NAMED + 1];
} Slices;

/* Ribbons are drawn with what is selected first. */
static double
take_slice (const StView *view, Slices *slices, guint image, guint side)
{
  const StRibbons *flows = slices->flows;
  const guint i = flows->sides[0].of[image], j = flows->sides[1].of[image];
  const gboolean aside = st_view_is_aside (view, image);
  const guint place = slices->used[aside][i][j] + (aside ? flows->picked[i][j] : 0);
  return st_ribbons_middle (flows, side, i, j)
         + (place - flows->flow[i][j] / 2.0) * flows->unit;
}

void
st_ribbons_hits (StView *view)
{
  StRibbons flows;
  if (!st_ribbons_init (view, &flows))
    return;
  Slices slices = { .flows = &flows };
  for (guint image = 0; image < flows.images; image++)
    {
      for (guint side = 0; side < 2; side++)
        {
          const StFigureHit hit = {
            { st_ribbons_bar_x (view, side) - REACH, take_slice (view, &slices, image, side),
              ST_RIBBONS_BAR + 2 * REACH, flows.unit }, image };
          g_array_append_val (view->figure->hits, hit);
        }
      slices.used[st_view_is_aside (view, image)][flows.sides[0].of[image]]
                 [flows.sides[1].of[image]]++;
    }
  st_ribbons_clear (&flows);
}

/* Images of the strata whose bars are touched. */
void
st_ribbons_brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  StRibbons flows;
  if (!st_ribbons_init (view, &flows))
    return;
  for (guint k = 0; k < 2; k++)
    {
      const double x = st_ribbons_bar_x (view, k) + ST_RIBBONS_BAR / 2.0;
      gboolean touched[ST_RIBBONS_NAMED + 1] = { FALSE };
      for (guint i = 0; i < flows.sides[k].n; i++)
        for (guint part = 0; part < BRUSHED; part++)
          {
            const StRibbonNode *node = &flows.sides[k].nodes[i];
            const double y = node->y + node->height * (part + 0.5) / BRUSHED;
            touched[i] |= st_view_inside (polygon, corners, x, y);
          }
      for (guint i = 0; i < MIN (flows.images, n); i++)
        mask[i] |= touched[flows.sides[k].of[i]];
    }
  st_ribbons_clear (&flows);
}

/* ---- groups ---- */

static void
outline (const StView *view, const StRibbons *flows, Group group,
         StPoint corners[ST_RIBBONS_CORNERS])
{
  const guint i = (guint) group.from, j = (guint) group.to;
  const double height = flows->flow[i][j] * flows->unit;
  st_ribbons_outline (view, st_ribbons_middle (flows, 0, i, j) - height / 2,
                      st_ribbons_middle (flows, 1, i, j) - height / 2, height, corners);
}

/* The one that was drawn last lies on top. */
static gboolean
find_ribbon (const StView *view, const StRibbons *flows, StPoint at, Group *found)
{
  for (int i = (int) flows->sides[0].n - 1; i >= 0; i--)
    for (int j = (int) flows->sides[1].n - 1; j >= 0; j--)
      {
        StPoint corners[ST_RIBBONS_CORNERS];
        const Group group = { i, j };
        if (flows->flow[i][j] == 0)
          continue;
        outline (view, flows, group, corners);
        if (!st_view_inside (corners, ST_RIBBONS_CORNERS, at.x, at.y))
          continue;
        *found = group;
        return TRUE;
      }
  return FALSE;
}

/* The bar, or the name beside it, at this height. */
static gboolean
find_stratum (const StRibbons *flows, guint side, double y, Group *found)
{
  double nearest = 8;   /* half a name's height, and a little */
  int best = ANY;
  for (guint i = 0; i < flows->sides[side].n; i++)
    {
      const StRibbonNode *node = &flows->sides[side].nodes[i];
      const double away = MAX (MAX (node->y - y, y - node->y - node->height), 0);
      if (!(away < nearest))
        continue;
      nearest = away;
      best = (int) i;
    }
  *found = side == 0 ? (Group) { best, ANY } : (Group) { ANY, best };
  return best != ANY;
}

static gboolean
find_group (const StView *view, const StRibbons *flows, StPoint at, Group *found)
{
  if (!st_view_holds (view->body, at))
    return FALSE;
  if (at.x <= st_ribbons_bar_x (view, 0) + ST_RIBBONS_BAR)
    return find_stratum (flows, 0, at.y, found);
  if (at.x >= st_ribbons_bar_x (view, 1))
    return find_stratum (flows, 1, at.y, found);
  return find_ribbon (view, flows, at, found);
}

static gboolean
is_in (const StRibbons *flows, Group group, guint image)
{
  return (group.from == ANY || flows->sides[0].of[image] == (guint) group.from)
         && (group.to == ANY || flows->sides[1].of[image] == (guint) group.to);
}

gboolean
st_ribbons_pick (StView *view, gint64 image, StPoint at, guint8 *mask, guint n)
{
  StRibbons flows;
  Group group;
  gboolean found = TRUE;
  if (!st_ribbons_init (view, &flows))
    return FALSE;
  if (image >= 0 && image < flows.images)
    group = (Group) { (int) flows.sides[0].of[image], (int) flows.sides[1].of[image] };
  else
    found = image < 0 && find_group (view, &flows, at, &group);
  for (guint i = 0; found && i < MIN (flows.images, n); i++)
    mask[i] = is_in (&flows, group, i);
  st_ribbons_clear (&flows);
  return found;
}

/* ---- what is said of them ---- */

static char *
name_stratum (const StRibbonNode *node)
{
  if (node->strata > 1)
    return g_strdup_printf (_("%u more strata"), node->strata);
  char *triple = st_view_triple_words (node->ranks);
  char *words = g_strdup_printf ("(%s)", triple);
  g_free (triple);
  return words;
}

/* "clean", or "at 0.10" */
static char *
name_side (const StView *view, guint side)
{
  if (side == 0)
    return g_strdup (_("clean"));
  char *level = st_number_level (view->request->numbers, view->frame->query.level);
  char *words = g_strdup_printf (_("at %s"), level);
  g_free (level);
  return words;
}

static void
say_stratum (const StView *view, GPtrArray *lines, const StRibbonNode *node, guint side)
{
  char *name = name_stratum (node), *when = name_side (view, side);
  char *dimension = st_number_count (view->request->numbers, node->dimension);
  g_ptr_array_add (lines, g_strdup_printf ("%s, %s", name, when));
  if (node->strata == 1)
    g_ptr_array_add (lines, g_strdup_printf (_("dimension %s"), dimension));
  g_free (dimension);
  g_free (when);
  g_free (name);
}

static void
say_ribbon (const StView *view, GPtrArray *lines, const StRibbonNode *from, const StRibbonNode *to)
{
  char *before = name_stratum (from), *after = name_stratum (to), *when = name_side (view, 1);
  const gboolean stays = from->strata == 1 && to->strata == 1
                         && st_ribbons_same (from->ranks, to->ranks);
  g_ptr_array_add (lines, stays ? g_strdup (before) : g_strdup_printf ("%s → %s", before, after));
  g_ptr_array_add (lines, g_strdup_printf (stays ? _("stay there, %s") : _("moved, %s"), when));
  g_free (when);
  g_free (after);
  g_free (before);
}

/* Which stratum or which move is under the pointer, and how many images that are. */
void
st_ribbons_read (StView *view)
{
  StRibbons flows;
  StPoint at;
  Group group;
  guint images = 0;
  if (!st_reading_place (view, view->body, &at) || !st_ribbons_init (view, &flows))
    return;
  if (find_group (view, &flows, at, &group))
    {
      GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
      if (group.to == ANY)
        say_stratum (view, lines, &flows.sides[0].nodes[group.from], 0);
      else if (group.from == ANY)
        say_stratum (view, lines, &flows.sides[1].nodes[group.to], 1);
      else
        {
          StPoint corners[ST_RIBBONS_CORNERS];
          outline (view, &flows, group, corners);
          st_scene_polyline (view->marks, corners, ST_RIBBONS_CORNERS,
                             st_pen (view->style->text, 1));
          say_ribbon (view, lines, &flows.sides[0].nodes[group.from],
                      &flows.sides[1].nodes[group.to]);
        }
      for (guint i = 0; i < flows.images; i++)
        images += is_in (&flows, group, i);
      g_ptr_array_insert (lines, 1, g_strdup_printf (_("%u of %u images"), images, flows.images));
      st_reading_box (view, lines);
      g_ptr_array_unref (lines);
    }
  st_ribbons_clear (&flows);
}
