/* Strata: where the images move.  Left the strata of the clean images, right those at the
 * present level, each a bar as long as its share, ordered by the dimension of the manifold that
 * it is, S+(r1,h) x S+(r2,w) x S+(r3,C), largest at the top; ribbons between them are the images
 * that went from one to the other.  One image's path runs through the levels between. */
#include <st-view.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Strata named on a side; places of a bar that a brush can touch; the bar's width; least room for a name; steps of a curve. */
enum { NAMED = 12, BRUSHED = 9, BAR = 8, SLOT = 13, SLOT_GAP = 2, CURVE = 16, COUNTS_FROM = 230 };

#define MOVED 0.36
#define STAYED 0.26
#define ASIDE 0.16

typedef struct Node
{
  StTriple ranks;
  guint images, dimension;
  guint strata;                /* more than 1: the rest, taken together */
  double y, height;            /* of the bar */
  double used;                 /* of it, by ribbons drawn so far */
} Node;

typedef struct Side
{
  guint n, strata;
  Node nodes[NAMED + 1];
  guint *of;                   /* node of each image */
  StTriple *triples;
} Side;

typedef struct Flows
{
  guint images;                /* measured on both sides */
  Side sides[2];
  guint flow[NAMED + 1][NAMED + 1];
  guint picked[NAMED + 1][NAMED + 1];   /* of them, selected; all where nothing is */
  guint moved;
} Flows;

/* dim S+(r,n) = nr - r(r-1)/2 */
static guint
dimension_of (const StResult *result, StTriple ranks)
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

static gboolean
same_ranks (StTriple a, StTriple b)
{
  return a.r[0] == b.r[0] && a.r[1] == b.r[1] && a.r[2] == b.r[2];
}

/* The rest comes last, whatever is in it. */
static int
compare_nodes (const void *a, const void *b)
{
  const Node *one = a, *two = b;
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
node_of (const Side *side, StTriple ranks)
{
  for (guint i = 0; i < side->n; i++)
    if (side->nodes[i].strata == 1 && same_ranks (side->nodes[i].ranks, ranks))
      return i;
  return side->n - 1;
}

/* The most frequent ones are named, and the one that the highlighted image is in. */
static void
bring_forward (StStratum *strata, guint n, guint named, StTriple wanted)
{
  for (guint i = named; i < n; i++)
    if (same_ranks (strata[i].ranks, wanted))
      {
        const StStratum found = strata[i];
        memmove (strata + named, strata + named - 1, (i - named + 1) * sizeof *strata);
        strata[named - 1] = found;
        return;
      }
}

static void
fill_side (const StView *view, const StResult *result, guint images, Side *side)
{
  StStratum *strata = g_new (StStratum, images);
  side->triples = g_new (StTriple, images);
  side->of = g_new (guint, images);
  for (guint i = 0; i < images; i++)
    side->triples[i] = st_view_triple (view, result, i);
  side->strata = st_strata_count (side->triples, images, strata);
  /* One more than are named is named too, rather than hidden behind a word. */
  const guint named = side->strata <= NAMED + 1 ? side->strata : NAMED;
  const gint64 chosen = view->request->highlighted;
  if (chosen >= 0 && chosen < images)
    bring_forward (strata, side->strata, named, side->triples[chosen]);
  for (guint i = 0; i < side->strata; i++)
    {
      Node *node = &side->nodes[MIN (i, named)];
      node->ranks = strata[i].ranks;
      node->images += strata[i].count;
      node->strata++;
      node->dimension = dimension_of (result, strata[i].ranks);
    }
  side->n = MIN (side->strata, named + 1);
  qsort (side->nodes, side->n, sizeof *side->nodes, compare_nodes);
  for (guint i = 0; i < images; i++)
    side->of[i] = node_of (side, side->triples[i]);
  g_free (strata);
}

static gboolean
flows_init (const StView *view, Flows *flows)
{
  const StResult *clean = st_view_clean (view), *now = st_view_now (view);
  *flows = (Flows) { 0 };
  if (clean == NULL || now == NULL || now->lengths[2] == 0)
    return FALSE;
  flows->images = MIN (clean->done, now->done);
  fill_side (view, clean, flows->images, &flows->sides[0]);
  fill_side (view, now, flows->images, &flows->sides[1]);
  for (guint i = 0; i < flows->images; i++)
    {
      flows->flow[flows->sides[0].of[i]][flows->sides[1].of[i]]++;
      flows->picked[flows->sides[0].of[i]][flows->sides[1].of[i]] += !st_view_is_aside (view, i);
      flows->moved += !same_ranks (flows->sides[0].triples[i], flows->sides[1].triples[i]);
    }
  return TRUE;
}

static void
flows_clear (Flows *flows)
{
  for (guint k = 0; k < 2; k++)
    {
      g_free (flows->sides[k].of);
      g_free (flows->sides[k].triples);
    }
}

/* ---- where things go ---- */

/* Room that a side takes if an image is `unit` high: each stratum has at least that of a name. */
static double
height_at (const Side *side, double slot, double unit)
{
  double height = SLOT_GAP * (side->n - 1.0);
  for (guint i = 0; i < side->n; i++)
    height += MAX (slot, unit * side->nodes[i].images);
  return height;
}

/* The height of one image, the same on both sides. */
static double
fit_unit (const Flows *flows, double height, double slot)
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
place_side (const StView *view, Side *side, double slot, double unit)
{
  double y = view->body.y + MAX (view->body.height - height_at (side, slot, unit), 0) / 2;
  for (guint i = 0; i < side->n; i++)
    {
      Node *node = &side->nodes[i];
      const double room = MAX (slot, unit * node->images);
      node->height = unit * node->images;
      node->y = y + (room - node->height) / 2;
      y += room + SLOT_GAP;
    }
}

static void
place_nodes (const StView *view, Flows *flows)
{
  const guint most = MAX (flows->sides[0].n, flows->sides[1].n);
  /* Where even names do not fit, they share what there is. */
  const double slot = MIN (SLOT, (view->body.height - SLOT_GAP * (most - 1.0)) / most * 0.9);
  const double unit = fit_unit (flows, view->body.height, MAX (slot, 1));
  for (guint k = 0; k < 2; k++)
    place_side (view, &flows->sides[k], MAX (slot, 1), unit);
}

static double
name_width (const StView *view)
{
  return view->body.width < COUNTS_FROM ? 46 : 78;
}

static double
bar_x (const StView *view, guint k)
{
  const double room = name_width (view);
  return round (k == 0 ? view->body.x + room
                       : MAX (view->body.x + view->body.width - room - BAR,
                              view->body.x + room + BAR));
}

static void
layout (StView *view)
{
}

static void
base (StView *view)
{
}

/* ---- drawing ---- */

/* From 0 to 1 with no slope at its ends. */
static double
ease (double t)
{
  return t * t * (3 - 2 * t);
}

static void
draw_ribbon (StView *view, Node *from, Node *to, guint images, double unit, StColour colour)
{
  const double height = images * unit, left = bar_x (view, 0) + BAR, right = bar_x (view, 1);
  const double a = from->y + from->used, b = to->y + to->used;
  StPoint corners[2 * (CURVE + 1)];
  for (guint i = 0; i <= CURVE; i++)
    {
      const double t = i / (double) CURVE, x = left + t * (right - left);
      const double y = a + ease (t) * (b - a);
      corners[i] = (StPoint) { x, y };
      corners[2 * CURVE + 1 - i] = (StPoint) { x, y + height };
    }
  st_scene_polygon (view->overlay, corners, 2 * (CURVE + 1), colour);
  from->used += height;
  to->used += height;
}

/* The middle of the ribbon from i to j where it meets a side's bar. */
static double
ribbon_middle (const Flows *flows, guint side, guint i, guint j, double unit)
{
  guint before = 0;
  for (guint k = 0; k < (side == 0 ? j : i); k++)
    before += side == 0 ? flows->flow[i][k] : flows->flow[k][j];
  const Node *node = &flows->sides[side].nodes[side == 0 ? i : j];
  return node->y + (before + flows->flow[i][j] / 2.0) * unit;
}

static void
draw_ribbons (StView *view, Flows *flows, double unit)
{
  for (guint i = 0; i < flows->sides[0].n; i++)
    for (guint j = 0; j < flows->sides[1].n; j++)
      {
        Node *from = &flows->sides[0].nodes[i], *to = &flows->sides[1].nodes[j];
        const gboolean stays = from->strata == 1 && to->strata == 1
                               && same_ranks (from->ranks, to->ranks);
        const guint picked = flows->picked[i][j], rest = flows->flow[i][j] - picked;
        /* Where something is selected, what stays has a colour too: grey is for the rest. */
        const gboolean grey = stays && !st_view_selects (view);
        if (picked > 0)
          draw_ribbon (view, from, to, picked, unit,
                       grey ? st_colour_alpha (view->style->ghost, STAYED)
                            : st_colour_alpha (view->colour, MOVED));
        if (rest > 0)
          draw_ribbon (view, from, to, rest, unit, st_view_aside_colour (view, ASIDE));
      }
}

static void
draw_bars (StView *view, const Side *side, guint k)
{
  const double x = bar_x (view, k);
  const gboolean counts = view->body.width >= COUNTS_FROM;
  StTextStyle name = st_view_tick_style (view, k == 0 ? ST_ALIGN_RIGHT : ST_ALIGN_LEFT);
  StTextStyle count = name;
  name.colour = view->style->text;
  for (guint i = 0; i < side->n; i++)
    {
      const Node *node = &side->nodes[i];
      const double y = node->y + node->height / 2 + 4;
      st_scene_rect (view->overlay, (StRect) { x, node->y, BAR, MAX (node->height, 0.75) }, 0,
                     view->colour);
      char *words = node->strata > 1 ? g_strdup_printf (_("%u more"), node->strata)
                                     : st_view_triple_words (node->ranks);
      char *number = st_number_count (view->request->numbers, node->images);
      double at = k == 0 ? x - 5 : x + BAR + 5;
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
height_of (const Side *side, guint dimension)
{
  const Node *above = NULL;
  for (guint i = 0; i < side->n && side->nodes[i].strata == 1; i++)
    {
      const Node *node = &side->nodes[i];
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
  const Node *last = &side->nodes[side->n - 1];
  return last->y + last->height / 2;
}

/* One image's way from stratum to stratum, through every computed level up to the present. */
static void
draw_path (StView *view, const Flows *flows, double unit)
{
  const gint64 chosen = st_view_marked (view, st_view_now (view));
  if (chosen < 0 || chosen >= flows->images)
    return;
  const guint image = (guint) chosen, column = view->request->column;
  const guint i = flows->sides[0].of[image], j = flows->sides[1].of[image];
  const double left = bar_x (view, 0) + BAR, right = bar_x (view, 1);
  const double level = view->frame->query.level;
  StPoint points[ST_LEVELS_MAX + 2];
  guint n = 0;
  points[n++] = (StPoint) { left, ribbon_middle (flows, 0, i, j, unit) };
  for (guint l = 0; l < st_view_levels (view); l++)
    {
      const StResult *result = st_view_sweep (view, column, l);
      const double at = st_view_level (view, l);
      if (result == NULL || image >= result->done || st_view_stale (view, column, l)
          || !(at > 0) || !(at < level))
        continue;
      const StScale scale = { ST_SCALE_SQUARE_ROOT, 0, level, 0, 1 };
      const double t = st_scale_place (&scale, at);
      const guint dimension = dimension_of (result, st_view_triple (view, result, image));
      points[n++] = (StPoint) { left + t * (right - left),
                                (1 - t) * height_of (&flows->sides[0], dimension)
                                + t * height_of (&flows->sides[1], dimension) };
    }
  points[n++] = (StPoint) { right, ribbon_middle (flows, 1, i, j, unit) };
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
  st_scene_text (view->overlay, bar_x (view, 0) + BAR, y, _("clean"), &style);
  style.align = ST_ALIGN_LEFT;
  st_scene_text (view->overlay, bar_x (view, 1), y, at, &style);
  g_free (at);
  g_free (level);
}

static void
draw_values (StView *view, const Flows *flows)
{
  StValueLine line = st_view_values (view);
  char *strata = flows->sides[0].strata == flows->sides[1].strata
                   ? g_strdup_printf (ngettext ("%u stratum", "%u strata", flows->sides[1].strata),
                                      flows->sides[1].strata)
                   : g_strdup_printf (_("%u→%u strata"), flows->sides[0].strata,
                                      flows->sides[1].strata);
  char *moved = g_strdup_printf (_("%u of %u moved"), flows->moved, flows->images);
  st_view_value (view, &line, moved, FALSE);
  st_view_value (view, &line, strata, TRUE);
  st_view_partial (view, &line, st_view_now (view));
  g_free (moved);
  g_free (strata);
}

static void
overlay (StView *view)
{
  Flows flows;
  const StResult *now = st_view_now (view);
  if (now != NULL && now->lengths[2] == 0)
    {
      const StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
      st_scene_text (view->overlay, view->body.x + view->body.width / 2,
                     view->body.y + view->body.height / 2, _("Latent vectors: no ranks to count"),
                     &style);
    }
  if (!flows_init (view, &flows))
    return;
  place_nodes (view, &flows);
  const double unit = flows.sides[0].nodes[0].height / flows.sides[0].nodes[0].images;
  draw_ribbons (view, &flows, unit);
  draw_bars (view, &flows.sides[0], 0);
  draw_bars (view, &flows.sides[1], 1);
  draw_foot (view);
  draw_values (view, &flows);
  flows_clear (&flows);
}

/* Images of the strata whose bars are touched. */
static void
brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  Flows flows;
  if (!flows_init (view, &flows))
    return;
  place_nodes (view, &flows);
  for (guint k = 0; k < 2; k++)
    {
      gboolean touched[NAMED + 1] = { FALSE };
      for (guint i = 0; i < flows.sides[k].n; i++)
        for (guint part = 0; part < BRUSHED; part++)
          {
            const Node *node = &flows.sides[k].nodes[i];
            const double y = node->y + node->height * (part + 0.5) / BRUSHED;
            touched[i] |= st_view_inside (polygon, corners, bar_x (view, k) + BAR / 2.0, y);
          }
      for (guint i = 0; i < MIN (flows.images, n); i++)
        mask[i] |= touched[flows.sides[k].of[i]];
    }
  flows_clear (&flows);
}

static void
marks (StView *view)
{
  Flows flows;
  if (st_view_marked (view, st_view_now (view)) < 0 || !flows_init (view, &flows))
    return;
  place_nodes (view, &flows);
  draw_path (view, &flows, flows.sides[0].nodes[0].height / flows.sides[0].nodes[0].images);
  flows_clear (&flows);
}

/* ---- words and numbers ---- */

static void
describe (StView *view, GString *out)
{
  Flows flows;
  if (!flows_init (view, &flows))
    return;
  g_string_append_printf (out, _(", %u of %u images moved to another stratum, %u strata when "
                                 "clean, %u now"),
                          flows.moved, flows.images, flows.sides[0].strata,
                          flows.sides[1].strata);
  const Node *largest = &flows.sides[1].nodes[0];
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
  flows_clear (&flows);
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
count_moves (const Flows *flows)
{
  GArray *moves = g_array_new (FALSE, FALSE, sizeof (Move));
  for (guint i = 0; i < flows->images; i++)
    {
      const Move move = { flows->sides[0].triples[i], flows->sides[1].triples[i], 1 };
      guint k = 0;
      for (; k < moves->len; k++)
        {
          Move *known = &g_array_index (moves, Move, k);
          if (same_ranks (known->from, move.from) && same_ranks (known->to, move.to))
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
  Flows flows;
  if (!flows_init (view, &flows))
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
      st_table_set (out, 3, dimension_of (now, move->from));
      st_table_set (out, 7, dimension_of (now, move->to));
      st_table_set (out, 8, move->images);
    }
  g_array_unref (moves);
  flows_clear (&flows);
  return out;
}

const StViewClass st_view_ribbons = {
  .id = "ribbons",
  .name = N_("Strata"),
  .title = N_("Strata"),
  .definition = N_("Images by their rank triple, clean at the left, as shown at the right, the "
                   "stratum of largest dimension at the top: dim S+(r,n) = nr − r(r−1)/2, added "
                   "over the three factors. Ribbons: the images that went from one to the other, "
                   "grey where they stayed."),
  .foot = TRUE,
  .follows = ST_VIEW_FOLLOWS_HIGHLIGHTED,
  .height = 460,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .brush = brush,
  .describe = describe,
  .table = table,
};
