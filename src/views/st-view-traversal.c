/* Traversal: what the decoder makes of a grid of places in the plane of its latent space that the
 * scatter shows too, in that plane's coordinates; the picture under the pointer, or the one that
 * is nearest to the chosen image, large. */
#include <st-view-pullback.h>

#include <math.h>
#include <string.h>

/* Pixels that a picture needs for there to be so many: below it every second one is left out. */
enum { LEAST_PICTURE = 16, FEWEST = 5, INSET = 6, GAP = 12, LEADING = 14, LEAST_LARGE = 84,
       MOST_LARGE = 168, WORDS = 2 * LEADING + 4 };
/* A panel of another shape than this has room for a large picture besides. */
#define SQUARE 1.25

/* Where the grid lies, and which of its pictures it has along both axes. */
typedef struct Grid {
  StRect rect;
  guint sides[2], every[2];
  double size;          /* of a picture */
  gboolean spare;       /* the large picture has a place of its own */
  StRect large;
} Grid;

static const StTraversal *
traversal_of (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  const guint column = view->request->column;
  return pullbacks != NULL && column < st_view_columns (view) ? pullbacks->traversals[column]
                                                              : NULL;
}

/* Why there is nothing: a sentence, or NULL; caller frees. */
static char *
missing (const StView *view)
{
  const StFigurePullbacks *pullbacks = view->request->pullbacks;
  if (traversal_of (view) != NULL)
    return NULL;
  return st_view_why_no_vectors (view, pullbacks != NULL && view->request->column < ST_COLUMNS_MAX
                                         ? pullbacks->traversal_status[view->request->column]
                                         : st_success (),
                                 _("A plane of latents is traversed where the decoder begins at a "
                                   "vector; here the latent is a map."),
                                 _("Decoding a grid of latents"));
}

static gboolean
is_stale (const StView *view, const StTraversal *traversal)
{
  return traversal->query.weights != view->frame->query.weights[view->request->column];
}

/* As many pictures as are large enough, of those the largest; FALSE if none are, and then there are
 * the fewest. */
static gboolean
fill (Grid *grid, double width, double height)
{
  guint most = 0;
  *grid = (Grid) { .sides = { FEWEST, FEWEST }, .size = MIN (width, height) / FEWEST };
  for (guint x = ST_TRAVERSAL_SIDE; x >= FEWEST; x = (x + 1) / 2)
    for (guint y = ST_TRAVERSAL_SIDE; y >= FEWEST; y = (y + 1) / 2)
      {
        const double size = MIN (width / x, height / y);
        if (size < LEAST_PICTURE || x * y < most || (x * y == most && size <= grid->size))
          continue;
        most = x * y;
        *grid = (Grid) { .sides = { x, y }, .size = size };
      }
  return most > 0;
}

/* What is longer than it is wide, or wider than long, has the large picture beside the grid: where
 * there may be one, which without a pointer takes a chosen image. */
static Grid
grid_of (const StView *view)
{
  const StRect p = view->body;
  const gboolean wide = p.width > SQUARE * p.height, tall = p.height > SQUARE * p.width;
  const double across = wide ? LEAST_LARGE + GAP : 0;
  const double down = tall ? LEAST_LARGE + WORDS + GAP : 0;
  Grid grid;
  const gboolean large = !view->request->still || view->request->highlighted >= 0;
  const gboolean spare = large && (wide || tall) && p.height >= LEAST_LARGE + WORDS
                         && fill (&grid, p.width - across, p.height - down);
  if (!spare)
    fill (&grid, p.width, p.height);
  for (guint i = 0; i < 2; i++)
    grid.every[i] = (ST_TRAVERSAL_SIDE - 1) / (grid.sides[i] - 1);
  grid.rect = (StRect) { p.x, p.y, grid.sides[0] * grid.size, grid.sides[1] * grid.size };
  grid.spare = spare;
  grid.large = (StRect) { p.x, p.y, 0, 0 };
  if (wide)
    grid.large.x += grid.rect.width + GAP;
  else
    grid.large.y += grid.rect.height + GAP;
  grid.large.width = MIN (p.x + p.width - grid.large.x, p.y + p.height - WORDS - grid.large.y);
  grid.large.width = grid.large.height = MIN (grid.large.width, MOST_LARGE);
  return grid;
}

/* Places are at the middles of pictures. */
static StPoint
point_at (const StTraversal *traversal, const Grid *grid, const double place[2])
{
  double share[2];
  for (guint i = 0; i < 2; i++)
    {
      const double width = traversal->high[i] - traversal->low[i];
      share[i] = width > 0 ? (place[i] - traversal->low[i]) / width : 0.5;
    }
  const double half = grid->size / 2;
  return (StPoint) { grid->rect.x + half + share[0] * (grid->rect.width - grid->size),
                     grid->rect.y + grid->rect.height - half
                       - share[1] * (grid->rect.height - grid->size) };
}

/* The picture at a point, by its numbers along both axes among all that there are. */
static void
find_picture (const Grid *grid, StPoint at, guint picture[2])
{
  const double x = (at.x - grid->rect.x) / grid->size;
  const double y = (grid->rect.y + grid->rect.height - at.y) / grid->size;
  picture[0] = (guint) CLAMP (floor (x), 0, grid->sides[0] - 1) * grid->every[0];
  picture[1] = (guint) CLAMP (floor (y), 0, grid->sides[1] - 1) * grid->every[1];
}

static const float *
pixels_of (const StTraversal *traversal, const guint picture[2])
{
  return traversal->pictures
         + (picture[1] * ST_TRAVERSAL_SIDE + picture[0]) * st_shape_size (traversal->image);
}

/* ---- words ---- */

static char *
sigmas (const StView *view, double value)
{
  return st_number_fixed (view->request->numbers, value, 2);
}

/* "z1" of a vector of two, else "axis 1". */
static char *
name_axis (const StTraversal *traversal, guint axis)
{
  return traversal->dimension == 2 ? g_strdup_printf ("z%u", axis + 1)
                                   : g_strdup_printf (_("axis %u"), axis + 1);
}

/* "z1 −2.10 to 3.02 σ" */
static char *
say_range (const StView *view, const StTraversal *traversal, guint axis)
{
  char *name = name_axis (traversal, axis);
  char *low = sigmas (view, traversal->low[axis]), *high = sigmas (view, traversal->high[axis]);
  char *words = g_strdup_printf (_("%s %s to %s σ"), name, low, high);
  g_free (name);
  g_free (low);
  g_free (high);
  return words;
}

/* "z1 0.35 σ" */
static char *
say_place (const StView *view, const StTraversal *traversal, guint axis, double place)
{
  char *name = name_axis (traversal, axis), *value = sigmas (view, place);
  char *words = g_strdup_printf (_("%s %s σ"), name, value);
  g_free (name);
  g_free (value);
  return words;
}

/* ---- the figure ---- */

static void
layout (StView *view)
{
  char *words = missing (view);
  const StTraversal *traversal = traversal_of (view);
  const gint64 there = traversal != NULL;
  st_view_key (view, &there, sizeof there);
  if (words != NULL)
    st_view_key (view, words, strlen (words));
  g_free (words);
  if (traversal == NULL)
    return;
  const guint64 what[] = { traversal->query.column, traversal->query.weights,
                           traversal->dimension };
  st_view_key (view, what, sizeof what);
  st_view_key (view, traversal->low, sizeof traversal->low);
  st_view_key (view, traversal->high, sizeof traversal->high);
  view->figure->plot = grid_of (view).rect;
}

/* One picture of all of them: each is a few pixels, and there may be hundreds. */
static void
draw_pictures (StView *view, const StTraversal *traversal)
{
  const Grid grid = grid_of (view);
  const StShape shape = traversal->image;
  const guint channels = shape.channels < 3 ? 1 : 3, across = grid.sides[0] * shape.width;
  const guint down = grid.sides[1] * shape.height;
  const gsize plane = (gsize) shape.height * shape.width;
  guint8 *pixels = g_malloc (channels * across * down);
  for (guint row = 0; row < down; row++)
    for (guint column = 0; column < across; column++)
      {
        const guint picture[] = { column / shape.width * grid.every[0],
                                  (grid.sides[1] - 1 - row / shape.height) * grid.every[1] };
        const float *from = pixels_of (traversal, picture)
                            + row % shape.height * shape.width + column % shape.width;
        for (guint c = 0; c < channels; c++)
          pixels[(row * across + column) * channels + c]
            = (guint8) (CLAMP (from[c * plane], 0.0f, 1.0f) * 255.0f + 0.5f);
      }
  st_scene_image (view->base, grid.rect, across, down, channels, pixels,
                  grid.size < shape.width);
  g_free (pixels);
}

/* Below the grid: what goes to the right, and what goes up; in short where there is less room. */
static void
draw_ranges (StView *view, const StTraversal *traversal)
{
  const StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  char *x = say_range (view, traversal, 0), *y = say_range (view, traversal, 1);
  char *words = g_strdup_printf ("→ %s, ↑ %s", x, y);
  if (st_text_width (words, style.size, style.weight) > view->body.width)
    {
      g_free (words);
      words = g_strdup_printf ("→ %s", x);
    }
  st_scene_text (view->base, view->body.x, view->body.y + view->body.height + LEADING, words,
                 &style);
  g_free (x);
  g_free (y);
  g_free (words);
}

static void
base (StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  char *words = missing (view);
  st_scene_rect (view->base, view->body, 0, view->style->panel);
  if (words != NULL)
    st_view_sentence (view, words);
  g_free (words);
  if (traversal == NULL)
    return;
  draw_pictures (view, traversal);
  draw_ranges (view, traversal);
}

static void
overlay (StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  if (traversal == NULL)
    return;
  StValueLine line = st_view_values (view);
  const Grid grid = grid_of (view);
  char *size = g_strdup_printf ("%u × %u", grid.sides[0], grid.sides[1]);
  st_view_value (view, &line, size, TRUE);
  if (is_stale (view, traversal))
    st_view_value (view, &line, _("older weights"), FALSE);
  else if (traversal->dimension > 2)
    {
      char *plane = g_strdup_printf (_("a plane in %u"), traversal->dimension);
      st_view_value (view, &line, plane, FALSE);
      g_free (plane);
    }
  g_free (size);
}

/* ---- one picture large ---- */

/* In its own place, or in the corner of the grid that is away from a point. */
static StRect
place_large (const Grid *grid, StPoint from)
{
  if (grid->spare)
    return grid->large;
  const StRect p = grid->rect;
  const double size = MIN (MIN (MOST_LARGE, p.width / 2.5), p.height - 2 * INSET - WORDS);
  const gboolean left = from.x > p.x + p.width / 2;
  return (StRect) { left ? p.x + INSET : p.x + p.width - INSET - size, p.y + INSET, size, size };
}

static void
draw_large (StView *view, const StTraversal *traversal, const Grid *grid, const guint picture[2],
            StPoint from)
{
  const StRect rect = place_large (grid, from);
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_LEFT);
  StSceneBuilder *overlay = view->overlay;
  const StRect words = { rect.x, rect.y + rect.height, rect.width, WORDS };
  style.colour = view->style->text;
  style.width = rect.width;
  if (!grid->spare)
    st_scene_rect (view->marks, words, 0, st_colour_alpha (view->style->panel, 0.9));
  view->overlay = view->marks;   /* where pictures go */
  st_view_floats (view, pixels_of (traversal, picture), traversal->image, rect, FALSE);
  view->overlay = overlay;
  st_scene_frame (view->marks, rect, 0, st_pen (view->style->accent, 1));
  for (guint i = 0; i < 2; i++)
    {
      char *said = say_place (view, traversal, i, st_traversal_at (traversal, i, picture[i]));
      st_scene_text (view->marks, rect.x + 2, rect.y + rect.height + (i + 1) * LEADING, said,
                     &style);
      g_free (said);
    }
}

static StRect
rect_of (const Grid *grid, const guint picture[2])
{
  return (StRect) { grid->rect.x + picture[0] / grid->every[0] * grid->size,
                    grid->rect.y + grid->rect.height
                      - (picture[1] / grid->every[1] + 1) * grid->size,
                    grid->size, grid->size };
}

static gboolean
is_pointed_at (const StView *view, const Grid *grid)
{
  return view->request->reads && st_view_holds (grid->rect, view->request->pointer);
}

/* The marked image's place; and the picture there, if the pointer asks for no other one and nothing
 * is hidden by it. */
static void
marks (StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  const gint64 image = st_view_marked_image (view);
  if (traversal == NULL || image < 0 || image >= traversal->count)
    return;
  const Grid grid = grid_of (view);
  const StPoint at = point_at (traversal, &grid, traversal->places + 2 * image);
  const StMarkerStyle ring = { .shape = ST_MARKER_CIRCLE, .radius = 5,
                               .outline = st_pen (view->style->accent, 2),
                               .halo = st_pen (view->style->paper, 1) };
  guint picture[2];
  st_scene_clip (view->marks, view->body);
  st_scene_marker (view->marks, at.x, at.y, &ring);
  st_scene_unclip (view->marks);
  find_picture (&grid, at, picture);
  if (!is_pointed_at (view, &grid) && grid.spare)
    draw_large (view, traversal, &grid, picture, at);
}

static void
read_pointer (StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  const Grid grid = grid_of (view);
  guint picture[2];
  if (traversal == NULL || !is_pointed_at (view, &grid))
    return;
  find_picture (&grid, view->request->pointer, picture);
  st_scene_frame (view->marks, rect_of (&grid, picture), 0, st_pen (view->style->accent, 2));
  draw_large (view, traversal, &grid, picture, view->request->pointer);
}

static void
describe (StView *view, GString *out)
{
  const StTraversal *traversal = traversal_of (view);
  char *words = missing (view);
  if (words != NULL)
    g_string_append_printf (out, ", %s", words);
  g_free (words);
  if (traversal == NULL)
    return;
  char *x = say_range (view, traversal, 0), *y = say_range (view, traversal, 1);
  g_string_append_printf (out, _(", decoded images over %s, %s"), x, y);
  g_free (x);
  g_free (y);
  if (traversal->dimension > 2)
    g_string_append_printf (out, _(", a plane in %u dimensions"), traversal->dimension);
  if (is_stale (view, traversal))
    g_string_append (out, _(", of older weights"));
  const gint64 image = view->request->highlighted;
  if (image < 0 || image >= traversal->count)
    return;
  x = say_place (view, traversal, 0, traversal->places[2 * image]);
  y = say_place (view, traversal, 1, traversal->places[2 * image + 1]);
  st_view_append_image (view, out, (guint) image);
  g_string_append_printf (out, _(" at %s, %s"), x, y);
  g_free (x);
  g_free (y);
}

/* Where each picture of the full grid is decoded from. */
static StTable *
table (StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  StTable *out = st_table_new ();
  st_table_add_column (out, "axis_1");
  st_table_add_column (out, "axis_2");
  for (guint i = 0; traversal != NULL && i < traversal->dimension; i++)
    {
      char *name = g_strdup_printf ("z%u", i + 1);
      st_table_add_column (out, name);
      g_free (name);
    }
  const guint n = traversal != NULL ? ST_TRAVERSAL_SIDE * ST_TRAVERSAL_SIDE : 0;
  for (guint cell = 0; cell < n; cell++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, st_traversal_at (traversal, 0, cell % ST_TRAVERSAL_SIDE));
      st_table_set (out, 1, st_traversal_at (traversal, 1, cell / ST_TRAVERSAL_SIDE));
      for (guint i = 0; i < traversal->dimension; i++)
        st_table_set (out, 2 + i, traversal->codes[cell * traversal->dimension + i]);
    }
  return out;
}

static char *
define (const StView *view)
{
  const StTraversal *traversal = traversal_of (view);
  GString *out = g_string_new (_("What the decoder makes of a grid of latent vectors, over the "
                                 "range of the clean images, in σ of them along the first axis "
                                 "from their mean, as in the latent scatter. The ring is where "
                                 "the chosen image lies at this level."));
  if (traversal != NULL && traversal->dimension > 2)
    g_string_append_printf (out, _(" Of %u dimensions the plane through the mean along the two "
                                   "first principal axes of the vectors is shown."),
                            traversal->dimension);
  return g_string_free (out, FALSE);
}

const StViewClass st_view_traversal = {
  .id = "traversal",
  .name = N_("Traversal"),
  .definition = N_("What the decoder makes of a grid of latent vectors, over the range of the "
                   "clean images."),
  .define = define,
  .any_latent = TRUE,
  .height = 640,
  .foot = TRUE,
  .whole = TRUE,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = marks,
  .read = read_pointer,
  .describe = describe,
  .table = table,
};
