#include <st-card.h>
#include <st-view.h>

#include <math.h>
#include <st-images.h>
#include <st-quality.h>
#include <st-spectrum.h>
#include <st-words.h>

/* Margins; a picture and what stands around it. */
enum { MARGIN = 8, HEAD = 20, NAME = 16, STEP = 94, LINE = 14, LINES = 2 };
enum { SIDE = 56, COMPACT_SIDE = 36, SLIM_MARGIN = 3 };

/* What is of another level. */
#define FADED 0.55

/* What is known of one of its pictures: clean, shown, or rebuilt by a model. */
typedef struct Cell
{
  const StResult *now, *clean;   /* of a model; or NULL */
  double psnr;                   /* against the clean one; NaN where that is not known */
} Cell;

static gboolean
has_image (const StCardRequest *request)
{
  return request->frame != NULL && request->frame->query.images != NULL
         && request->image < st_images_count (request->frame->query.images);
}

static gboolean
has (const StResult *result, guint image)
{
  return result != NULL && image < result->done;
}

static Cell
cell_of (const StCardRequest *request, guint column)
{
  const StFrame *frame = request->frame;
  Cell cell = { frame->now[column], NULL, NAN };
  for (guint j = 0; j < frame->query.levels; j++)
    if (frame->query.grid[j] == 0 && frame->sweep[column][j] != NULL
        && frame->sweep[column][j]->weights == frame->query.weights[column])
      cell.clean = frame->sweep[column][j];
  if (!has (cell.now, request->image))
    cell.now = NULL;
  if (!has (cell.clean, request->image))
    cell.clean = NULL;
  if (cell.now != NULL)
    cell.psnr = cell.now->psnr[request->image];
  return cell;
}

/* The shown picture against the clean one: what a model that copies would have. */
static double
psnr_of_shown (const StCardRequest *request, const float *clean, const float *shown)
{
  return st_psnr (clean, shown, st_shape_size (st_images_shape (request->frame->query.images)));
}

static char *
ranks_of (const StCardRequest *request, const StResult *result)
{
  if (result == NULL || result->lengths[2] == 0)
    return NULL;
  StTriple triple;
  for (guint s = 0; s < 3; s++)
    triple.r[s] = (guint16) st_rank (st_result_eigenvalues (result, request->image, s),
                                     result->lengths[s], request->tolerance);
  return st_view_triple_words (triple);
}

const guint8 *
st_card_picture (const StCardRequest *request, guint column)
{
  if (!has_image (request) || column >= request->frame->query.columns)
    return NULL;
  const StResult *now = request->frame->now[column];
  const gsize size = st_shape_size (st_images_shape (request->frame->query.images));
  return has (now, request->image) && now->pictures != NULL
           ? now->pictures + request->image * size : NULL;
}

char *
st_card_label (const StCardRequest *request)
{
  if (!has_image (request))
    return NULL;
  const StImages *images = request->frame->query.images;
  const int label = st_images_label (images, request->image);
  const char *class = label >= 0 && request->dataset != NULL
                        ? st_words_class (request->dataset, label) : NULL;
  const guint index = st_images_index (images, request->image);
  if (class != NULL)
    return g_strdup_printf (_("Image %u, %s"), index, class);
  if (label >= 0)
    return g_strdup_printf (_("Image %u, class %d"), index, label);
  return g_strdup_printf (_("Image %u"), index);
}

/* ---- the picture ---- */

typedef struct Card
{
  const StCardRequest *request;
  StView view;                 /* for its pictures: all is drawn into its overlay */
} Card;

static double
side_of (const StCardRequest *request)
{
  return request->compact ? COMPACT_SIDE : SIDE;
}

static double
margin_of (const StCardRequest *request)
{
  return request->slim ? SLIM_MARGIN : MARGIN;
}

/* A slim card has no line of ranks. */
static guint
lines_of (const StCardRequest *request)
{
  return request->slim ? 1 : LINES;
}

/* The top of its pictures; names stand right above them, in a slim card beside the head. */
static double
top_of (const StCardRequest *request)
{
  return margin_of (request) + (request->slim ? NAME : HEAD + NAME);
}

static void
draw_text (Card *card, double x, double y, const char *text, StColour colour, int weight)
{
  const StTextStyle style = { 11, weight, ST_ALIGN_LEFT, colour, STEP - 6 };
  st_scene_text (card->view.overlay, x, y, text, &style);
}

static void
draw_lines (Card *card, double x, char *lines[LINES])
{
  const StStyle *style = card->request->style;
  double y = top_of (card->request) + side_of (card->request) + LINE - 1;
  for (guint i = 0; i < lines_of (card->request); i++, y += LINE)
    if (lines[i] != NULL)
      draw_text (card, x, y, lines[i], i == 0 ? style->text : style->dim, i == 0 ? 500 : 400);
}

static void
draw_image (Card *card, double x, const float *values, const guint8 *bytes)
{
  const double side = side_of (card->request);
  const StRect rect = { x, top_of (card->request), side, side };
  const StShape shape = st_images_shape (card->request->frame->query.images);
  StPen waiting = st_pen (card->request->style->ghost, 1);
  waiting.on = waiting.off = 3;
  if (values != NULL)
    st_view_floats (&card->view, values, shape, rect, TRUE);
  else if (bytes != NULL)
    st_view_bytes (&card->view, bytes, shape, rect, TRUE);
  else
    st_scene_frame (card->view.overlay, rect, 0, waiting);
}

/* The head of a slim card stands at the left. */
static double
cell_x (const StCardRequest *request, guint place)
{
  return MARGIN + (place + (request->slim ? 1 : 0)) * STEP;
}

static void
draw_shown (Card *card)
{
  const StCardRequest *request = card->request;
  const StImages *images = request->frame->query.images;
  const double level = request->frame->query.level, y = top_of (request) - 5;
  const gsize size = st_shape_size (st_images_shape (images));
  float *shown = g_new (float, 2 * size);
  const float *clean = st_images_clean (images, request->image, shown + size);
  char *at = st_number_level (request->numbers, level);
  char *name = g_strdup_printf (_("at %s"), at);
  draw_text (card, cell_x (request, 0), y, _("clean"), request->style->dim, 400);
  draw_image (card, cell_x (request, 0), clean, NULL);
  draw_text (card, cell_x (request, 1), y, name, request->style->dim, 400);
  st_images_perturbed (images, request->image, level, shown);
  draw_image (card, cell_x (request, 1), shown, NULL);
  /* What the models' lines are of. */
  char *names[LINES] = { (char *) _("PSNR"), (char *) _("ranks S1,S2,S3") };
  char *lines[LINES] = { level > 0 ? st_number_psnr (request->numbers,
                                                     psnr_of_shown (request, clean, shown))
                                         : NULL };
  draw_lines (card, cell_x (request, 0), names);
  draw_lines (card, cell_x (request, 1), lines);
  g_free (lines[0]);
  g_free (shown);
  g_free (name);
  g_free (at);
}

static void
draw_model (Card *card, guint column)
{
  const StCardRequest *request = card->request;
  const Cell cell = cell_of (request, column);
  const double x = cell_x (request, 2 + column), y = top_of (request) - 5;
  const StMarkerStyle marker = st_style_model_marker (request->style, request->places[column], 4);
  st_scene_marker (card->view.overlay, x + 4, y - 4, &marker);
  const StTextStyle title = { 11, 600, ST_ALIGN_LEFT, request->style->text, STEP - 18 };
  st_scene_text (card->view.overlay, x + 12, y, request->titles[column], &title);
  const guint8 *picture = st_card_picture (request, column);
  draw_image (card, x, NULL, picture != NULL ? picture : request->kept[column]);
  if (picture == NULL && request->kept[column] != NULL)
    st_scene_rect (card->view.overlay,
                   (StRect) { x, top_of (request), side_of (request), side_of (request) }, 0,
                   st_colour_alpha (request->style->paper, FADED));
  char *ranks = ranks_of (request, cell.now), *before = ranks_of (request, cell.clean);
  char *lines[LINES] = {
    cell.now != NULL ? st_number_psnr (request->numbers, cell.psnr) : NULL,
    ranks != NULL && before != NULL && !g_str_equal (ranks, before)
      ? g_strdup_printf ("%s→%s", before, ranks) : g_strdup (ranks) };
  draw_lines (card, x, lines);
  for (guint i = 0; i < LINES; i++)
    g_free (lines[i]);
  g_free (ranks);
  g_free (before);
}

/* Its name in lines of its own. */
static void
draw_slim_head (Card *card, const char *name, const StTextStyle *style)
{
  GPtrArray *lines = st_view_break_lines (name, style, style->width);
  double y = margin_of (card->request) + 12;
  for (guint i = 0; i < lines->len; i++, y += LINE)
    st_scene_text (card->view.overlay, MARGIN + 14, y, lines->pdata[i], style);
  g_ptr_array_unref (lines);
}

static void
draw_head (Card *card, double width)
{
  const StCardRequest *request = card->request;
  const int label = st_images_label (request->frame->query.images, request->image);
  const StMarkerStyle marker = { .shape = st_style_class_marker (label), .radius = 4,
                                 .fill = st_style_class (request->style, label) };
  const StTextStyle style = { 12, 600, ST_ALIGN_LEFT, request->style->text,
                              (request->slim ? STEP : width - 2 * MARGIN) - 14 };
  const double top = margin_of (request);
  char *name = st_card_label (request);
  st_scene_marker (card->view.overlay, MARGIN + 4, top + 8, &marker);
  if (request->slim)
    draw_slim_head (card, name, &style);
  else
    st_scene_text (card->view.overlay, MARGIN + 14, top + 12, name, &style);
  g_free (name);
}

StScene *
st_card_scene (const StCardRequest *request)
{
  if (!has_image (request))
    return NULL;
  const guint columns = request->frame->query.columns;
  const double width = MARGIN + cell_x (request, 2 + columns);
  const double height = margin_of (request) + top_of (request) + side_of (request)
                        + lines_of (request) * LINE;
  Card card = { .request = request };
  card.view.style = request->style;
  card.view.overlay = st_scene_builder_new (width, height);
  draw_head (&card, width);
  draw_shown (&card);
  for (guint c = 0; c < columns; c++)
    draw_model (&card, c);
  return st_scene_builder_end (card.view.overlay);
}

/* ---- the words ---- */

static void
describe_model (const StCardRequest *request, guint column, GString *out)
{
  const Cell cell = cell_of (request, column);
  if (cell.now == NULL)
    {
      g_string_append_printf (out, _("; %s: not measured yet"), request->titles[column]);
      return;
    }
  char *psnr = st_number_psnr (request->numbers, cell.psnr);
  char *ranks = ranks_of (request, cell.now), *before = ranks_of (request, cell.clean);
  g_string_append_printf (out, _("; %s: PSNR %s"), request->titles[column], psnr);
  if (ranks != NULL && before != NULL && !g_str_equal (ranks, before))
    g_string_append_printf (out, _(", ranks (%s), clean (%s)"), ranks, before);
  else if (ranks != NULL)
    g_string_append_printf (out, _(", ranks (%s)"), ranks);
  g_free (psnr);
  g_free (ranks);
  g_free (before);
}

char *
st_card_description (const StCardRequest *request)
{
  if (!has_image (request))
    return NULL;
  GString *out = g_string_new (NULL);
  char *level = st_number_level (request->numbers, request->frame->query.level);
  g_string_append_printf (out, _("level %s"), level);
  g_free (level);
  for (guint c = 0; c < request->frame->query.columns; c++)
    describe_model (request, c, out);
  return g_string_free (out, FALSE);
}
