/* Reconstructions held against other pictures. */
#include "synthetic.h"

#include <math.h>
#include <st-images.h>
#include <string.h>

static const Synthetic usual = { .images = 12, .columns = 2, .levels = 3, .level = 0.25 };

static StFigureRequest
request_for (StFrame *frame)
{
  return (StFigureRequest) {
    .kind = ST_FIGURE_DIFFERENCE, .frame = frame, .stale_epoch = NAN, .tolerance = 1e-8,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 400, .height = 180,
    .gutter = ST_FIGURE_GUTTER, .title = TRUE, .highlighted = -1, .model_title = "CAE" };
}

/* The root mean square over an image's pixels, computed here. */
static double
by_hand (const StResult *result, guint i, const float *other)
{
  const gsize size = st_shape_size (result->image);
  double sum = 0;
  for (gsize p = 0; p < size; p++)
    sum += pow (result->pictures[i * size + p] / 255.0 - other[p], 2);
  return sqrt (sum / size);
}

static void
assert_numbers (const StFigureRequest *request, const StResult *now,
                const float *(*other) (gconstpointer data, guint i), gconstpointer data)
{
  StTable *table = st_figure_table (request);
  g_assert_cmpuint (st_table_rows (table), ==, usual.images);
  for (guint i = 0; i < usual.images; i++)
    g_assert_cmpfloat_with_epsilon (st_table_value (table, i, 2),
                                    by_hand (now, i, other (data, i)), 1e-6);
  st_table_free (table);
}

static const float *
clean_of (gconstpointer images, guint i)
{
  static float pixels[64 * 64];
  return st_images_clean (images, i, pixels);
}

static const float *
rebuilt_of (gconstpointer data, guint i)
{
  static float pixels[64 * 64];
  const StResult *result = data;
  const gsize size = st_shape_size (result->image);
  for (gsize p = 0; p < size; p++)
    pixels[p] = result->pictures[i * size + p] / 255.0f;
  return pixels;
}

static void
test_against (void)
{
  StFrame *frame = synthetic_frame (&usual);
  Synthetic lower = usual;
  lower.level = 0.05;
  StFrame *kept = synthetic_frame (&lower);
  StFigureRequest request = request_for (frame);
  assert_numbers (&request, frame->now[0], clean_of, frame->query.images);

  request.against = ST_AGAINST_COLUMN;
  request.against_column = frame->query.ids[1];
  request.against_title = "DAE";
  assert_numbers (&request, frame->now[0], rebuilt_of, frame->now[1]);
  char *words = st_figure_description (&request);
  g_assert_nonnull (strstr (words, "against DAE: mean RMS difference"));
  g_free (words);
  st_frame_unref (kept);
  st_frame_unref (frame);
}

/* Against clean images words need no picture: they are of all images. */
static void
test_mean (void)
{
  StFrame *frame = synthetic_frame (&usual);
  StFigureRequest request = request_for (frame);
  const StResult *now = frame->now[0];
  double sum = 0;
  for (guint i = 0; i < now->done; i++)
    sum += sqrt (pow (10, -now->psnr[i] / 10));
  char *number = st_number_fixed (ST_NUMBERS_C, sum / now->done, 3);
  char *wanted = g_strdup_printf ("against clean: mean RMS difference %s over %u images", number,
                                  now->done);
  char *words = st_figure_description (&request);
  g_assert_nonnull (strstr (words, wanted));
  g_free (words);
  g_free (wanted);
  g_free (number);
  st_frame_unref (frame);
}

/* A level that is not kept, or was of other images, gives no number, in words and in rows. */
static void
test_unknown (void)
{
  StFrame *frame = synthetic_frame (&usual), *foreign = synthetic_frame (&usual);
  StFigureRequest request = request_for (frame);
  request.against = ST_AGAINST_LEVEL;
  const StFrame *const kept[] = { NULL, foreign };
  for (guint k = 0; k < G_N_ELEMENTS (kept); k++)
    {
      request.kept = kept[k];
      StTable *table = st_figure_table (&request);
      g_assert_true (isnan (st_table_value (table, 0, 2)));
      char *words = st_figure_description (&request);
      g_assert_nonnull (strstr (words, "over 0 images"));
      StFigure *figure = st_figure_new (&request, NULL);
      g_assert_nonnull (figure->overlay);
      st_figure_unref (figure);
      g_free (words);
      st_table_free (table);
    }
  /* Against itself there is none. */
  request.kept = frame;
  StTable *table = st_figure_table (&request);
  g_assert_cmpfloat (st_table_value (table, 3, 2), ==, 0);
  st_table_free (table);
  st_frame_unref (foreign);
  st_frame_unref (frame);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/difference/against", test_against);
  g_test_add_func ("/views/difference/unknown", test_unknown);
  g_test_add_func ("/views/difference/mean", test_mean);
  return g_test_run ();
}
