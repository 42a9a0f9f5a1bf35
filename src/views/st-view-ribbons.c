/* Rank moves: where the images move.  Left the strata of the clean images, right those at the
 * present level, each a bar as long as its share, ordered by the dimension of the manifold that
 * it is, S+(r1,h) x S+(r2,w) x S+(r3,C), largest at the top; ribbons between them are the images
 * that went from one to the other.  One image's path runs through the levels between. */
#include <st-ribbons.h>

#include <math.h>

#define MOVED 0.36
#define STAYED 0.26
#define ASIDE 0.16

static void
base (StView *view)
{
}

/* ---- drawing ---- */

static void
draw_ribbon (StView *view, StRibbonNode *from, StRibbonNode *to, guint images, double unit,
             StColour colour)
{
  const double height = images * unit;
  StPoint corners[ST_RIBBONS_CORNERS];
  st_ribbons_outline (view, from->y + from->used, to->y + to->used, height, corners);
  st_scene_polygon (view->overlay, corners, ST_RIBBONS_CORNERS, colour);
  from->used += height;
  to->used += height;
}

static void
draw_ribbons (StView *view, StRibbons *flows)
{
  for (guint i = 0; i < flows->sides[0].n; i++)
    for (guint j = 0; j < flows->sides[1].n; j++)
      {
        StRibbonNode *from = &flows->sides[0].nodes[i], *to = &flows->sides[1].nodes[j];
        const gboolean stays = from->strata == 1 && to->strata == 1
                               && st_ribbons_same (from->ranks, to->ranks);
        const guint picked = flows->picked[i][j], rest = flows->flow[i][j] - picked;
        /* Where something is selected, what stays has a colour too: grey is for the rest. */
        const gboolean grey = stays && !st_view_selects (view);
        if (picked > 0)
          draw_ribbon (view, from, to, picked, flows->unit,
                       grey ? st_colour_alpha (view->style->ghost, STAYED)
                            : st_colour_alpha (view->colour, MOVED));
        if (rest > 0)
          draw_ribbon (view, from, to, rest, flows->unit, st_view_aside_colour (view, ASIDE));
      }
}

static void
draw_bars (StView *view, const StRibbonSide *side, guint k)
{
  const double x = st_ribbons_bar_x (view, k);
  const gboolean counts = view->body.width >= ST_RIBBONS_COUNTS_FROM;
  StTextStyle name = st_view_tick_style (view, k == 0 ? ST_ALIGN_RIGHT : ST_ALIGN_LEFT);
  StTextStyle count = name;
  name.colour = view->style->text;
  for (guint i = 0; i < side->n; i++)
    {
      const StRibbonNode *node = &side->nodes[i];
      const double y = node->y + node->height / 2 + 4;
      st_scene_rect (view->overlay,
                     (StRect) { x, node->y, ST_RIBBONS_BAR, MAX (node->height, 0.75) }, 0,
                     view->colour);
      char *words = node->strata > 1 ? g_strdup_printf (_("%u more"), node->strata)
                                     : st_view_triple_words (node->ranks);
      char *number = st_number_count (view->request->numbers, node->images);
      double at = k == 0 ? x - 5 : x + ST_RIBBONS_BAR + 5;
      const double width = st_scene_text (view->overlay, at, y, words,
                                          node->strata > 1 ? &count : &name);
      at += k == 0 ? -width - 7 : width + 7;
      if (counts)
        st_scene_text (view->overlay, at, y, number, &count);
      g_free (number);
      g_free (words);
    }
}

/* The height of a stratum on a side: its node's, or between those of neighbouring dimension. */
static double
height_of (const StRibbonSide *side, guint dimension)
{
  const StRibbonNode *above = NULL;
  for (guint i = 0; i < side->n && side->nodes[i].strata == 1; i++)
    {
      const StRibbonNode *node = &side->nodes[i];
      const double y = node->y + node->height / 2;
      if (node->dimension == dimension)
        return y;
      if (node->dimension < dimension)
        {
          if (above == NULL)
            return y;
          const double t = (above->dimension - (double) dimension)
                           / (above->dimension - (double) node->dimension);
          return above->y + above->height / 2 + t * (y - above->y - above->height / 2);
        }
      above = node;
    }
  const StRibbonNode *last = &side->nodes[side->n - 1];
  return last->y + last->height / 2;
}

/* One image's way from stratum to stratum, through every computed level up to the present. */
static void
draw_path (StView *view, const StRibbons *flows)
{
  const gint64 chosen = st_view_marked (view, st_view_now (view));
  if (chosen < 0 || chosen >= flows->images)
    return;
  const guint image = (guint) chosen, column = view->request->column;
  const guint i = flows->sides[0].of[image], j = flows->sides[1].of[image];
  const double left = st_ribbons_bar_x (view, 0) + ST_RIBBONS_BAR;
  const double right = st_ribbons_bar_x (view, 1);
  const double level = view->frame->query.level;
  StPoint points[ST_LEVELS_MAX + 2];
  guint n = 0;
  points[n++] = (StPoint) { left, st_ribbons_middle (flows, 0, i, j) };
  for (guint l = 0; l < st_view_levels (view); l++)
    {
      const StResult *result = st_view_sweep (view, column, l);
      const double at = st_view_level (view, l);
      if (result == NULL || image >= result->done || st_view_stale (view, column, l)
          || !(at > 0) || !(at < level))
        continue;
      const StScale scale = { ST_SCALE_SQUARE_ROOT, 0, level, 0, 1 };
      const double t = st_scale_place (&scale, at);
      const guint dimension = st_ribbons_dimension (result, st_view_triple (view, result, image));
      points[n++] = (StPoint) { left + t * (right - left),
                                (1 - t) * height_of (&flows->sides[0], dimension)
                                + t * height_of (&flows->sides[1], dimension) };
    }
  points[n++] = (StPoint) { right, st_ribbons_middle (flows, 1, i, j) };
  st_scene_polyline (view->marks, points, n, st_pen (view->style->paper, 3.5));
  st_scene_polyline (view->marks, points, n, st_pen (view->style->accent, 1.75));
  const StMarkerStyle end = { .shape = ST_MARKER_CIRCLE, .radius = 3.2,
                              .fill = view->style->accent, .halo = st_pen (view->style->paper, 1) };
  st_scene_marker (view->marks, points[0].x, points[0].y, &end);
  st_scene_marker (view->marks, points[n - 1].x, points[n - 1].y, &end);
}

static void
draw_foot (StView *view)
{
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_RIGHT);
  const double y = view->body.y + view->body.height + 14;
  char *level = st_number_level (view->request->numbers, view->frame->query.level);
  char *at = g_strdup_printf (_("at %s"), level);
  st_scene_text (view->overlay, st_ribbons_bar_x (view, 0) + ST_RIBBONS_BAR, y, _("clean"), &style);
  style.align = ST_ALIGN_LEFT;
  st_scene_text (view->overlay, st_ribbons_bar_x (view, 1), y, at, &style);
  g_free (at);
  g_free (level);
}

static void
draw_values (StView *view, const StRibbons *flows)
{
  StValueLine line = st_view_values (view);
  char *strata = flows->sides[0].strata == flows->sides[1].strata
                   ? g_strdup_printf (ngettext ("%u stratum", "%u strata", flows->sides[1].strata),
                                      flows->sides[1].strata)
                   : g_strdup_printf (_("%u→%u strata"), flows->sides[0].strata,
                                      flows->sides[1].strata);
  char *moved = g_strdup_printf (_("%u of %u moved"), flows->moved, flows->images);
  /* Not over the name in a narrow column. */
  const double room = view->body.width - (view->request->title
                                          ? st_text_width (_(view->class->name), 12, 600) : 0);
  if (st_text_width (strata, 12, 600) + st_text_width (moved, 12, 400) + 24 <= room)
    st_view_value (view, &line, moved, FALSE);
  st_view_value (view, &line, strata, TRUE);
  st_view_partial (view, &line, st_view_now (view));
  g_free (moved);
  g_free (strata);
}

static void
overlay (StView *view)
{
  StRibbons flows;
  const StResult *now = st_view_now (view);
  if (now != NULL && now->lengths[2] == 0)
    {
      const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
      st_scene_text (view->overlay, view->body.x + view->body.width / 2,
                     view->body.y + view->body.height / 2, _("Latent vectors: no ranks to count"),
                     &style);
    }
  if (!st_ribbons_init (view, &flows))
    return;
  draw_ribbons (view, &flows);
  draw_bars (view, &flows.sides[0], 0);
  draw_bars (view, &flows.sides[1], 1);
  draw_foot (view);
  draw_values (view, &flows);
  st_ribbons_clear (&flows);
}

static void
marks (StView *view)
{
  StRibbons flows;
  if (st_view_marked (view, st_view_now (view)) < 0 || !st_ribbons_init (view, &flows))
    return;
  draw_path (view, &flows);
  st_ribbons_clear (&flows);
}

/* ---- words and numbers ---- */

static void
describe (StView *view, GString *out)
{
  StRibbons flows;
  if (!st_ribbons_init (view, &flows))
    return;
  g_string_append_printf (out, _(", %u of %u images moved to another stratum, %u strata when "
                                 "clean, %u now"),
                          flows.moved, flows.images, flows.sides[0].strata,
                          flows.sides[1].strata);
  const StRibbonNode *largest = &flows.sides[1].nodes[0];
  for (guint i = 1; i < flows.sides[1].n; i++)
    if (flows.sides[1].nodes[i].strata == 1 && flows.sides[1].nodes[i].images > largest->images)
      largest = &flows.sides[1].nodes[i];
  char *words = st_view_triple_words (largest->ranks);
  g_string_append_printf (out, _(", most in (%s): %u"), words, largest->images);
  g_free (words);
  const gint64 chosen = st_view_highlighted (view, st_view_now (view));
  if (chosen >= 0 && chosen < flows.images)
    {
      char *from = st_view_triple_words (flows.sides[0].triples[chosen]);
      char *to = st_view_triple_words (flows.sides[1].triples[chosen]);
      st_view_append_image (view, out, (guint) chosen);
      g_string_append_printf (out, _(" from (%s) to (%s)"), from, to);
      g_free (from);
      g_free (to);
    }
  st_ribbons_clear (&flows);
}

typedef struct Move { StTriple from, to; guint images; } Move;

static int
compare_moves (const void *a, const void *b)
{
  const Move *one = a, *two = b;
  if (one->images != two->images)
    return one->images > two->images ? -1 : 1;
  const guint16 first[6] = { one->from.r[0], one->from.r[1], one->from.r[2],
                             one->to.r[0], one->to.r[1], one->to.r[2] };
  const guint16 second[6] = { two->from.r[0], two->from.r[1], two->from.r[2],
                              two->to.r[0], two->to.r[1], two->to.r[2] };
  for (guint i = 0; i < 6; i++)
    if (first[i] != second[i])
      return first[i] < second[i] ? -1 : 1;
  return 0;
}

/* Every move, named in the picture or not; the most frequent first. */
static GArray *
count_moves (const StRibbons *flows)
{
  GArray *moves = g_array_new (FALSE, FALSE, sizeof (Move));
  for (guint i = 0; i < flows->images; i++)
    {
      const Move move = { flows->sides[0].triples[i], flows->sides[1].triples[i], 1 };
      guint k = 0;
      for (; k < moves->len; k++)
        {
          Move *known = &g_array_index (moves, Move, k);
          if (st_ribbons_same (known->from, move.from) && st_ribbons_same (known->to, move.to))
            {
              known->images++;
              break;
            }
        }
      if (k == moves->len)
        g_array_append_val (moves, move);
    }
  g_array_sort (moves, compare_moves);
  return moves;
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "clean_s1", "clean_s2", "clean_s3", "clean_dimension",
                                       "s1", "s2", "s3", "dimension", "images" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  StRibbons flows;
  if (!st_ribbons_init (view, &flows))
    return out;
  const StResult *now = st_view_now (view);
  GArray *moves = count_moves (&flows);
  for (guint i = 0; i < moves->len; i++)
    {
      const Move *move = &g_array_index (moves, Move, i);
      st_table_add_row (out);
      for (guint s = 0; s < 3; s++)
        {
          st_table_set (out, s, move->from.r[s]);
          st_table_set (out, 4 + s, move->to.r[s]);
        }
      st_table_set (out, 3, st_ribbons_dimension (now, move->from));
      st_table_set (out, 7, st_ribbons_dimension (now, move->to));
      st_table_set (out, 8, move->images);
    }
  g_array_unref (moves);
  st_ribbons_clear (&flows);
  return out;
}

const StViewClass st_view_ribbons = {
  .id = "ribbons",
  .name = N_("Rank moves"),
  .definition = N_("Images by their rank triple, clean at the left, as shown at the right, the "
                   "stratum of largest dimension at the top: dim S+(r,n) = nr − r(r−1)/2, added "
                   "over the three factors. Ribbons: the images that went from one to the other, "
                   "grey where they stayed."),
  .foot = TRUE,
  .follows = ST_VIEW_FOLLOWS_HIGHLIGHTED,
  .height = 460,
  .layout = st_ribbons_hits,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .read = st_ribbons_read,
  .brush = st_ribbons_brush,
  .pick = st_ribbons_pick,
  .describe = describe,
  .table = table,
};
