/* What explains ranks: cells that see equal patches, images that move between strata, the image
 * that is looked at, and eigenvalues near the tolerance.  All against counts made anew here. */
#include "synthetic.h"

#include <st-images.h>
#include <st-scene-items.h>
#include <st-verdict.h>
#include <math.h>
#include <string.h>

enum { SIDE = 28, CELLS = 7, FIELD = 7, PADDING = 3, STRIDE = 4, IMAGES = 60 };

static const Synthetic usual = { .images = IMAGES, .columns = 2, .levels = 11, .level = 0.04 };

static StFigureRequest
request_for (StFigureKind kind, StFrame *frame)
{
  return (StFigureRequest) {
    .kind = kind, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 405, .height = 260,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .level_cursor = TRUE, .highlighted = -1,
    .model_title = "CAE" };
}

static gboolean
describes (const StFigureRequest *request, const char *words)
{
  char *description = st_figure_description (request);
  const gboolean found = strstr (description, words) != NULL;
  if (!found)
    g_test_message ("\"%s\" is not in \"%s\"", words, description);
  g_free (description);
  return found;
}

/* A pixel of the patch that a cell sees; -1 for padding. */
static float
pixel_of (const float *image, guint cell, int dy, int dx)
{
  const int y = (int) (cell / CELLS) * STRIDE - PADDING + dy;
  const int x = (int) (cell % CELLS) * STRIDE - PADDING + dx;
  return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? -1 : image[y * SIDE + x];
}

static gboolean
same_patch (const float *image, guint a, guint b)
{
  for (int dy = 0; dy < FIELD; dy++)
    for (int dx = 0; dx < FIELD; dx++)
      if (pixel_of (image, a, dy, dx) != pixel_of (image, b, dy, dx))
        return FALSE;
  return TRUE;
}

static void
check_cells (const StTable *table, const float *image, guint k)
{
  guint distinct = 0;
  for (guint a = 0; a < CELLS * CELLS; a++)
    {
      gboolean seen = FALSE;
      for (guint b = 0; b < a; b++)
        {
          const gboolean same = same_patch (image, a, b);
          g_assert_cmpint (st_table_value (table, a, 3 + k) == st_table_value (table, b, 3 + k), ==,
                           same);
          seen = seen || same;
        }
      distinct += !seen;
    }
  g_assert_cmpfloat (st_table_value (table, 0, 5 + k), ==, distinct);
  g_assert_cmpfloat (st_table_value (table, 0, 7 + k), ==, MIN (48, distinct - 1));
}

static void
test_cells (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_CELLS, frame);
  float shown[SIDE * SIDE];
  for (gint64 image = -1; image < 12; image++)
    {
      request.highlighted = image;
      const guint i = (guint) MAX (image, 0);
      StTable *table = st_figure_table (&request);
      g_assert_cmpuint (st_table_rows (table), ==, CELLS * CELLS);
      g_assert_cmpfloat (st_table_value (table, 9, 0), ==, i);
      check_cells (table, st_images_clean (frame->query.images, i, shown), 0);
      st_images_perturbed (frame->query.images, i, frame->query.level, shown);
      check_cells (table, shown, 1);

      char *words = g_strdup_printf (
        ", image %u, clean: %g distinct patches, so rank at most %g, measured rank %g; now: %g "
        "distinct patches", i, st_table_value (table, 0, 5), st_table_value (table, 0, 7),
        st_table_value (table, 0, 9), st_table_value (table, 0, 6));
      g_assert_true (describes (&request, words));
      g_free (words);
      st_table_free (table);
    }
  st_frame_unref (frame);
}

/* Cells of one group have one tint, those that are alone have none. */
static void
test_tints (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_CELLS, frame);
  for (request.highlighted = 0; request.highlighted < 6; request.highlighted++)
    {
      StFigure *figure = st_figure_new (&request, NULL);
      StTable *table = st_figure_table (&request);
      guint wanted = 0, drawn = 0;
      for (guint k = 0; k < 2; k++)
        for (guint a = 0; a < CELLS * CELLS; a++)
          {
            guint size = 0;
            for (guint b = 0; b < CELLS * CELLS; b++)
              size += st_table_value (table, a, 3 + k) == st_table_value (table, b, 3 + k);
            wanted += size > 1;
          }
      for (guint i = 0; i < figure->overlay->items->len; i++)
        drawn += g_array_index (figure->overlay->items, StItem, i).kind == ST_ITEM_RECT;
      g_assert_cmpuint (drawn, ==, wanted);
      st_table_free (table);
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

typedef struct Reason
{
  StKind kind;
  StLatent latent;
  const char *wanted;
} Reason;

static void
test_reasons (void)
{
  static const char dense[] = "behind a dense layer each cell sees the whole image";
  static const char vector[] = "a latent vector has no cells";
  static const Reason reasons[] = {
    { ST_KIND_CAE, ST_LATENT_MEAN, NULL },
    { ST_KIND_DAE, ST_LATENT_MEAN, NULL },
    { ST_KIND_CAE, ST_LATENT_SAMPLE, NULL },
    { ST_KIND_VAE, ST_LATENT_MEAN, NULL },
    { ST_KIND_VAE, ST_LATENT_SAMPLE, "a sample adds its own noise to each cell" },
    { ST_KIND_VAE_DENSE, ST_LATENT_MEAN, dense },
    { ST_KIND_AE_DENSE, ST_LATENT_SAMPLE, dense },
    { ST_KIND_VAE_MLP, ST_LATENT_SAMPLE, vector },
    { ST_KIND_AE_MLP, ST_LATENT_MEAN, vector },
  };
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      char *reason = st_verdict_patches (reasons[i].kind, reasons[i].latent);
      g_assert_cmpstr (reason, ==, reasons[i].wanted);
      g_free (reason);
    }

  Synthetic behind = usual;
  behind.kind = ST_KIND_AE_DENSE;
  StFrame *frame = synthetic_frame (&behind);
  const StFigureRequest request = request_for (ST_FIGURE_CELLS, frame);
  g_assert_true (describes (&request, ". Patches predict nothing: behind a dense layer"));
  StTable *table = st_figure_table (&request);
  g_assert_cmpuint (st_table_rows (table), ==, 0);
  st_table_free (table);
  st_frame_unref (frame);

  /* In a report each column has a latent of its own. */
  Synthetic sampled = usual;
  sampled.kind = ST_KIND_VAE;
  frame = synthetic_frame (&sampled);
  StFigureRequest own = request_for (ST_FIGURE_CELLS, frame);
  g_assert_true (describes (&own, "distinct patches"));
  own.sample = TRUE;
  g_assert_true (describes (&own, ". Patches predict nothing: a sample"));
  st_frame_unref (frame);
}

static gboolean
same_ranks (const StTable *table, guint a, guint b, guint column)
{
  return st_table_value (table, a, column) == st_table_value (table, b, column)
         && st_table_value (table, a, column + 1) == st_table_value (table, b, column + 1)
         && st_table_value (table, a, column + 2) == st_table_value (table, b, column + 2);
}

/* Every image goes somewhere, and the sides are what the results say. */
static void
test_ribbons_conserve (void)
{
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_RIBBONS, frame);
  StTable *table = st_figure_table (&request);
  const StResult *results[2] = { frame->sweep[0][0], frame->now[0] };
  guint moved = 0;
  for (guint k = 0; k < 2; k++)
    {
      StTriple triples[IMAGES];
      guint all = 0;
      st_result_ranks (results[k], 1e-8, triples);
      for (guint row = 0; row < st_table_rows (table); row++)
        {
          guint here = 0, told = 0;
          for (guint i = 0; i < IMAGES; i++)
            here += triples[i].r[0] == st_table_value (table, row, 4 * k)
                    && triples[i].r[1] == st_table_value (table, row, 4 * k + 1)
                    && triples[i].r[2] == st_table_value (table, row, 4 * k + 2);
          for (guint other = 0; other < st_table_rows (table); other++)
            if (same_ranks (table, other, row, 4 * k))
              told += (guint) st_table_value (table, other, 8);
          g_assert_cmpuint (told, ==, here);
          all += (guint) st_table_value (table, row, 8);
          /* dim S+(r,7) + dim S+(s,7) + dim S+(t,128) */
          const double r = st_table_value (table, row, 4 * k);
          const double s = st_table_value (table, row, 4 * k + 1);
          const double t = st_table_value (table, row, 4 * k + 2);
          g_assert_cmpfloat (st_table_value (table, row, 4 * k + 3), ==,
                             7 * r - r * (r - 1) / 2 + 7 * s - s * (s - 1) / 2 + 128 * t
                               - t * (t - 1) / 2);
          moved += k == 0
                   && (r != st_table_value (table, row, 4) || s != st_table_value (table, row, 5)
                       || t != st_table_value (table, row, 6))
                     ? (guint) st_table_value (table, row, 8) : 0;
        }
      g_assert_cmpuint (all, ==, IMAGES);
    }
  char *words = g_strdup_printf (", %u of %d images moved to another stratum", moved, IMAGES);
  g_assert_true (describes (&request, words));
  g_free (words);
  st_table_free (table);
  st_frame_unref (frame);
}

/* Ribbons cover the bars, on both sides, whole and once. */
static void
test_ribbons_cover (void)
{
  StFrame *frame = synthetic_frame (&usual);
  const StFigureRequest request = request_for (ST_FIGURE_RIBBONS, frame);
  StFigure *figure = st_figure_new (&request, NULL);
  const GArray *items = figure->overlay->items;
  double bars = 0, left = 0, right = 0, thinnest = INFINITY;
  for (guint i = 0; i < items->len; i++)
    {
      const StItem *item = &g_array_index (items, StItem, i);
      const StPoint *points = &g_array_index (figure->overlay->points, StPoint, 0);
      if (item->kind == ST_ITEM_RECT)
        bars += item->box.rect.height;
      if (item->kind != ST_ITEM_POLYGON)
        continue;
      const StPoint *p = points + item->path.first;
      const gsize n = item->path.n;
      left += p[n - 1].y - p[0].y;
      right += p[n / 2].y - p[n / 2 - 1].y;
      thinnest = MIN (thinnest, p[n - 1].y - p[0].y);
    }
  g_assert_cmpfloat (thinnest, >, 0);
  g_assert_cmpfloat_with_epsilon (left, right, 1e-6);
  g_assert_cmpfloat_with_epsilon (2 * left, bars, 1e-6);
  st_figure_unref (figure);
  st_frame_unref (frame);
}

/* One accent line from bar to bar, through every level on the way. */
static void
test_path (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (ST_FIGURE_RIBBONS, frame);
  guint between = 0, lines = 0;
  for (guint j = 0; j < frame->query.levels; j++)
    between += frame->query.grid[j] > 0 && frame->query.grid[j] < frame->query.level;
  g_assert_cmpuint (between, >, 0);
  for (gint64 image = -1; image < 2; image++)
    {
      request.highlighted = image;
      lines = 0;
      StFigure *figure = st_figure_new (&request, NULL);
      for (guint i = 0; i < figure->marks->items->len; i++)
        {
          const StItem *item = &g_array_index (figure->marks->items, StItem, i);
          if (item->kind != ST_ITEM_POLYLINE || item->path.pen.colour.b != request.style->accent.b)
            continue;
          lines++;
          g_assert_cmpuint (item->path.n, ==, between + 2);
        }
      g_assert_cmpuint (lines, ==, image >= 0);
      st_figure_unref (figure);
    }
  st_frame_unref (frame);
}

/* Whatever is about single images speaks of the one that is looked at. */
static void
test_highlighted_is_told (void)
{
  static const StFigureKind kinds[] = { ST_FIGURE_RECONSTRUCTIONS, ST_FIGURE_CELLS,
                                        ST_FIGURE_SCATTER, ST_FIGURE_SPECTRUM, ST_FIGURE_RIBBONS,
                                        ST_FIGURE_STRATA, ST_FIGURE_PSNR };
  StFrame *frame = synthetic_frame (&usual);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      StFigureRequest request = request_for (kinds[i], frame);
      char *without = st_figure_description (&request);
      g_assert_null (strstr (without, ", image 17"));
      request.highlighted = 17;
      g_assert_true (describes (&request, ", image 17"));
      g_free (without);
    }

  /* It is among the thumbnails, wherever it stands. */
  StFigureRequest request = request_for (ST_FIGURE_RECONSTRUCTIONS, frame);
  request.highlighted = 17;
  StFigure *figure = st_figure_new (&request, NULL);
  const StFigureHit *last = &g_array_index (figure->hits, StFigureHit, figure->hits->len - 1);
  g_assert_cmpuint (last->image, ==, 17);
  g_assert_cmpint (st_figure_image_at (figure, last->rect.x + 10, last->rect.y + 10), ==, 17);
  st_figure_unref (figure);
  st_frame_unref (frame);
}

/* An eigenvalue at just over, or under, a tenth or ten times the tolerance. */
static void
test_near_tolerance (void)
{
  static const double factors[] = { 0.099, 0.101, 1, 9.9, 10.1 };
  StLiveQuery query = { .level = 0.1 };
  StFrame *frame = st_frame_new (1, &query);
  frame->query.columns = 1;
  frame->now[0] = synthetic_result (20, 7, 7, 40, 1, 20, 0.1);
  const StFigureRequest request = request_for (ST_FIGURE_SPECTRUM, frame);
  g_assert_true (describes (&request, ", 0 images within a factor of 10 of the tolerance"));
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      double *values = (double *) st_result_eigenvalues (frame->now[0], i, i % 3);
      values[frame->now[0]->lengths[i % 3] - 2] = values[0] * 1e-8 * factors[i];
    }
  g_assert_true (describes (&request, ", 3 images within a factor of 10 of the tolerance"));
  st_frame_unref (frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/why/cells", test_cells);
  g_test_add_func ("/views/why/tints", test_tints);
  g_test_add_func ("/views/why/reasons", test_reasons);
  g_test_add_func ("/views/why/ribbons-conserve", test_ribbons_conserve);
  g_test_add_func ("/views/why/ribbons-cover", test_ribbons_cover);
  g_test_add_func ("/views/why/path", test_path);
  g_test_add_func ("/views/why/highlighted-is-told", test_highlighted_is_told);
  g_test_add_func ("/views/why/near-tolerance", test_near_tolerance);
  return g_test_run ();
}
