/* Counts who went where, and lays bars and ribbons out. */
#include <st-ribbons.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Least room for a name; steps of a ribbon's curve. */
enum { SLOT = 13, SLOT_GAP = 2, CURVE = ST_RIBBONS_CORNERS / 2 - 1 };

/* dim S+(r,n) = nr - r(r-1)/2 */
guint
st_ribbons_dimension (const StResult *result, StTriple ranks)
{
  const guint n[3] = { result->latent.height, result->latent.width, result->latent.channels };
  guint sum = 0;
  for (guint s = 0; s < 3; s++)
    {
      const guint r = MIN (ranks.r[s], n[s]);
      sum += n[s] * r - r * (r > 0 ? r - 1 : 0) / 2;
    }
  return sum;
}

gboolean
st_ribbons_same (StTriple a, StTriple b)
{
  return a.r[0] == b.r[0] && a.r[1] == b.r[1] && a.r[2] == b.r[2];
}

/* The rest comes last, whatever is in it. */
static int
compare_nodes (const void *a, const void *b)
{
  const StRibbonNode *one = a, *two = b;
  if ((one->strata > 1) != (two->strata > 1))
    return one->strata > 1 ? 1 : -1;
  if (one->dimension != two->dimension)
    return one->dimension > two->dimension ? -1 : 1;
  for (guint s = 0; s < 3; s++)
    if (one->ranks.r[s] != two->ranks.r[s])
      return one->ranks.r[s] > two->ranks.r[s] ? -1 : 1;
  return 0;
}

static guint
node_of (const StRibbonSide *side, StTriple ranks)
{
  for (guint i = 0; i < side->n; i++)
    if (side->nodes[i].strata == 1 && st_ribbons_same (side->nodes[i].ranks, ranks))
      return i;
  return side->n - 1;
}

/* The most frequent ones are named, and the one that the highlighted image is in. */
static void
bring_forward (StStratum *strata, guint n, guint named, StTriple wanted)
{
  for (guint i = named; i < n; i++)
    if (st_ribbons_same (strata[i].ranks, wanted))
      {
        const StStratum found = strata[i];
        memmove (strata + named, strata + named - 1, (i - named + 1) * sizeof *strata);
        strata[named - 1] = found;
        return;
      }
}

static void
fill_side (const StView *view, const StResult *result, guint images, StRibbonSide *side)
{
  StStratum *strata = g_new (StStratum, images);
  side->triples = g_new (StTriple, images);
  side->of = g_new (guint, images);
  for (guint i = 0; i < images; i++)
    side->triples[i] = st_view_triple (view, result, i);
  side->strata = st_strata_count (side->triples, images, strata);
  /* One more than are named is named too, rather than hidden behind a word. */
  const guint named = side->strata <= ST_RIBBONS_NAMED + 1 ? side->strata : ST_RIBBONS_NAMED;
  const gint64 chosen = view->request->highlighted;
  if (chosen >= 0 && chosen < images)
    bring_forward (strata, side->strata, named, side->triples[chosen]);
  for (guint i = 0; i < side->strata; i++)
    {
      StRibbonNode *node = &side->nodes[MIN (i, named)];
      node->ranks = strata[i].ranks;
      node->images += strata[i].count;
      node->strata++;
      node->dimension = st_ribbons_dimension (result, strata[i].ranks);
    }
  side->n = MIN (side->strata, named + 1);
  qsort (side->nodes, side->n, sizeof *side->nodes, compare_nodes);
  for (guint i = 0; i < images; i++)
    side->of[i] = node_of (side, side->triples[i]);
  g_free (strata);
}

/* ---- where things go ---- */

/* Room that a side takes if an image is `unit` high: each stratum has at least that of a name. */
static double
height_at (const StRibbonSide *side, double slot, double unit)
{
  double height = SLOT_GAP * (side->n - 1.0);
  for (guint i = 0; i < side->n; i++)
    height += MAX (slot, unit * side->nodes[i].images);
  return height;
}

/* The height of one image, the same on both sides. */
static double
fit_unit (const StRibbons *flows, double height, double slot)
{
  double low = 0, high = height / flows->images;
  for (guint step = 0; step < 40; step++)
    {
      const double middle = (low + high) / 2;
      const gboolean fits = height_at (&flows->sides[0], slot, middle) <= height
                            && height_at (&flows->sides[1], slot, middle) <= height;
      *(fits ? &low : &high) = middle;
    }
  return low;
}

static void
place_side (const StView *view, StRibbonSide *side, double slot, double unit)
{
  double y = view->body.y + MAX (view->body.height - height_at (side, slot, unit), 0) / 2;
  for (guint i = 0; i < side->n; i++)
    {
      StRibbonNode *node = &side->nodes[i];
      const double room = MAX (slot, unit * node->images);
      node->height = unit * node->images;
      node->y = y + (room - node->height) / 2;
      y += room + SLOT_GAP;
    }
}

static void
place_nodes (const StView *view, StRibbons *flows)
{
  const guint most = MAX (flows->sides[0].n, flows->sides[1].n);
  /* Where even names do not fit, they share what there is. */
  const double slot = MIN (SLOT, (view->body.height - SLOT_GAP * (most - 1.0)) / most * 0.9);
  flows->unit = fit_unit (flows, view->body.height, MAX (slot, 1));
  for (guint k = 0; k < 2; k++)
    place_side (view, &flows->sides[k], MAX (slot, 1), flows->unit);
}

static double
name_width (const StView *view)
{
  return view->body.width < ST_RIBBONS_COUNTS_FROM ? 46 : 78;
}

double
st_ribbons_bar_x (const StView *view, guint k)
{
  const double room = name_width (view);
  return round (k == 0 ? view->body.x + room
                       : MAX (view->body.x + view->body.width - room - ST_RIBBONS_BAR,
                              view->body.x + room + ST_RIBBONS_BAR));
}

/* The middle of the ribbon from i to j where it meets a side's bar. */
double
st_ribbons_middle (const StRibbons *flows, guint side, guint i, guint j)
{
  guint before = 0;
  for (guint k = 0; k < (side == 0 ? j : i); k++)
    before += side == 0 ? flows->flow[i][k] : flows->flow[k][j];
  const StRibbonNode *node = &flows->sides[side].nodes[side == 0 ? i : j];
  return node->y + (before + flows->flow[i][j] / 2.0) * flows->unit;
}

/* From 0 to 1 with no slope at its ends. */
static double
ease (double t)
{
  return t * t * (3 - 2 * t);
}

void
st_ribbons_outline (const StView *view, double from, double to, double height,
                    StPoint corners[ST_RIBBONS_CORNERS])
{
  const double left = st_ribbons_bar_x (view, 0) + ST_RIBBONS_BAR;
  const double right = st_ribbons_bar_x (view, 1);
  for (guint i = 0; i <= CURVE; i++)
    {
      const double t = i / (double) CURVE, x = left + t * (right - left);
      const double y = from + ease (t) * (to - from);
      corners[i] = (StPoint) { x, y };
      corners[ST_RIBBONS_CORNERS - 1 - i] = (StPoint) { x, y + height };
    }
}

/* ---- all of it ---- */

gboolean
st_ribbons_init (const StView *view, StRibbons *flows)
{
  const StResult *clean = st_view_clean (view), *now = st_view_now (view);
  *flows = (StRibbons) { 0 };
  if (clean == NULL || now == NULL || now->lengths[2] == 0)
    return FALSE;
  flows->images = MIN (clean->done, now->done);
  fill_side (view, clean, flows->images, &flows->sides[0]);
  fill_side (view, now, flows->images, &flows->sides[1]);
  for (guint i = 0; i < flows->images; i++)
    {
      flows->flow[flows->sides[0].of[i]][flows->sides[1].of[i]]++;
      flows->picked[flows->sides[0].of[i]][flows->sides[1].of[i]] += !st_view_is_aside (view, i);
      flows->moved += !st_ribbons_same (flows->sides[0].triples[i], flows->sides[1].triples[i]);
    }
  place_nodes (view, flows);
  return TRUE;
}

void
st_ribbons_clear (StRibbons *flows)
{
  for (guint k = 0; k < 2; k++)
    {
      g_free (flows->sides[k].of);
      g_free (flows->sides[k].triples);
    }
}
