/* As many images as can be open: all are measured, and what counts only some of them says so. */
#include "session-world.h"

#include <glib/gstdio.h>
#include <math.h>
#include <st-dataset-io.h>
#include <st-measure.h>
#include <st-style.h>
#include <st-summaries.h>
#include <st-verdict.h>
#include <string.h>

enum { MANY = ST_IMAGES_MAX, SIDE = 28, HEADER = 16 };

typedef struct Fixture {
  char *folder, *path;
  StSession *session;
} Fixture;

/* The built-in images over and over, each brighter by its number, as an IDX file. */
static void
write_images (const char *path)
{
  StDataset *few = NULL;
  g_autofree char *from = NULL;
  float image[SIDE * SIDE];
  const gsize size = HEADER + (gsize) MANY * SIDE * SIDE;
  g_autofree guint8 *bytes = g_malloc0 (size);
  const guint32 header[] = { GUINT32_TO_BE (0x803), GUINT32_TO_BE (MANY), GUINT32_TO_BE (SIDE),
                             GUINT32_TO_BE (SIDE) };
  memcpy (bytes, header, sizeof header);
  g_assert_true (st_ok (st_dataset_load ("builtin", ST_SPLIT_TEST, &few, &from)));
  for (guint i = 0; i < MANY; i++)
    {
      st_dataset_image (few, i % st_dataset_count (few), image);
      for (guint p = 0; p < SIDE * SIDE; p++)
        bytes[HEADER + (gsize) i * SIDE * SIDE + p]
          = (guint8) MIN (image[p] * 255 + 0.5f + (i / st_dataset_count (few)) % 7, 255);
    }
  st_dataset_unref (few);
  g_assert_true (g_file_set_contents (path, (char *) bytes, (gssize) size, NULL));
}

static void
open_many (Fixture *fixture, gconstpointer data)
{
  g_autofree char *places = st_places_data ();
  g_autofree char *model = g_build_filename (places, "models", "cae.safetensors", NULL);
  fixture->folder = g_dir_make_tmp ("many-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "many-idx3-ubyte", NULL);
  write_images (fixture->path);
  fixture->session = st_session_new ();
  st_session_set_images (fixture->session, MANY);
  st_session_open_dataset (fixture->session, fixture->path);
  wait_for (fixture->session, has_images, GUINT_TO_POINTER (MANY));
  st_session_open_model (fixture->session, model);
  wait_for (fixture->session, is_complete, GUINT_TO_POINTER (1));
}

static void
close_many (Fixture *fixture, gconstpointer data)
{
  close_session (fixture->session);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* Image i of a result that was measured alone: noise and all. */
static void
assert_alone (const StFrame *frame, guint i)
{
  const guint32 index = st_images_index (frame->query.images, i);
  StImages *alone;
  StResult *expected;
  StPool *pool;
  g_assert_true (st_ok (st_images_new (st_images_dataset (frame->query.images), &index, NULL, 1,
                                       st_images_kind (frame->query.images),
                                       st_images_seed (frame->query.images), &alone)));
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  const StQuery query = { .model = frame->query.models[0], .images = alone, .pictures = TRUE,
                          .level = frame->query.level, .reference = frame->references[0] };
  g_assert_true (st_ok (st_measure_all (&query, pool, NULL, &expected)));
  const StResult *now = frame->now[0];
  const gsize values = now->lengths[0] + now->lengths[1] + now->lengths[2];
  g_assert_cmpfloat (now->psnr[i], ==, expected->psnr[0]);
  g_assert_cmpmem (st_result_eigenvalues (now, i, 0), values * sizeof (double),
                   st_result_eigenvalues (expected, 0, 0), values * sizeof (double));
  g_assert_cmpmem (now->embedding + 2 * i, 2 * sizeof (double), expected->embedding,
                   2 * sizeof (double));
  g_assert_cmpmem (now->pictures + (gsize) i * SIDE * SIDE, SIDE * SIDE, expected->pictures,
                   SIDE * SIDE);
  st_result_unref (expected);
  st_pool_free (pool);
  st_images_unref (alone);
}

/* Of all images, whether their noise is held or drawn again. */
static void
test_measured (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 2; round++)
    {
      st_session_set_level (fixture->session, 0.1 + 0.2 * round);
      wait_for (fixture->session, is_complete, GUINT_TO_POINTER (1));
      const StFrame *frame = st_session_get_frame (fixture->session);
      g_assert_cmpuint (frame->now[0]->done, ==, MANY);
      g_assert_cmpuint (frame->references[0]->count, ==, MANY);
      assert_alone (frame, 0);
      assert_alone (frame, ST_IMAGES_DRAWN - 1);
      assert_alone (frame, ST_IMAGES_DRAWN);
      assert_alone (frame, MANY - 1);
    }
}

static gboolean
says (const StFigureRequest *request, StFigureKind kind, const char *words)
{
  StFigureRequest other = *request;
  other.kind = kind;
  g_autofree char *description = st_figure_description (&other);
  g_test_message ("%s", description);
  return strstr (description, words) != NULL;
}

static void
test_words (Fixture *fixture, gconstpointer data)
{
  const StFrame *frame = st_session_get_frame (fixture->session);
  g_autoptr (StSummaries) summaries = st_summaries_new ();
  st_summaries_follow (summaries, frame);
  const StFigureRequest request = {
    .frame = frame, .tolerance = frame->query.tolerance, .summaries = summaries,
    .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 400, .height = 200,
    .stale_epoch = (double) NAN, .highlighted = -1, .title = TRUE,
  };
  g_assert_cmpuint (frame->now_summary[0]->count, ==, ST_SWEEP_IMAGES_MAX);
  g_assert_true (says (&request, ST_FIGURE_STRATA, ", of the first 1,000 images"));
  g_assert_true (says (&request, ST_FIGURE_PSNR, ", of the first 1,000 images"));
  g_assert_true (says (&request, ST_FIGURE_SPECTRUM, ", of the first 1,000 images"));
  g_autofree char *all = g_strdup_printf (" over %d images", MANY);
  g_assert_true (says (&request, ST_FIGURE_DIFFERENCE, all));   /* against clean: from PSNR */
  g_autofree char *verdict = st_verdict (frame, 0, frame->query.tolerance, summaries, ST_NUMBERS_C);
  g_assert_true (g_str_has_suffix (verdict, " (first 1,000)"));
}

/* Any of them can be looked at, pinned and selected. */
static void
test_looked_at (Fixture *fixture, gconstpointer data)
{
  StSession *session = fixture->session;
  StSelection *selection = st_session_get_selection (session);
  const StFrame *frame = st_session_get_frame (session);
  st_session_set_selected (session, MANY - 1);
  g_assert_cmpint (st_session_get_selected (session), ==, MANY - 1);
  st_selection_set_pinned (selection, MANY - 1, TRUE);
  g_assert_true (st_selection_is_pinned (selection, MANY - 1));
  g_assert_cmpuint (st_selection_get_count (selection), ==, MANY);

  const StPoint all[] = { { -1e4, -1e4 }, { 1e4, -1e4 }, { 1e4, 1e4 }, { -1e4, 1e4 } };
  const StFigureKind kinds[] = { ST_FIGURE_SCATTER, ST_FIGURE_SPECTRUM };
  g_autofree guint8 *mask = g_new (guint8, MANY);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const StFigureRequest request = {
        .kind = kinds[i], .frame = frame, .tolerance = frame->query.tolerance,
        .style = st_style (FALSE), .numbers = ST_NUMBERS_C, .width = 400, .height = 400,
        .stale_epoch = (double) NAN, .highlighted = -1,
      };
      st_figure_brush (&request, all, G_N_ELEMENTS (all), mask, MANY);
      g_assert_null (memchr (mask, 0, MANY));
      mask[i] = 0;   /* all would be none */
      st_selection_take (selection, mask, ST_SELECTION_REPLACE);
      g_assert_cmpuint (st_selection_get_selected (selection), ==, MANY - 1);
    }
}

#define add(path, test) g_test_add (path, Fixture, NULL, open_many, test, close_many)

int
main (int argc, char **argv)
{
  st_blas_prepare ();
  g_test_init (&argc, &argv, NULL);
  add ("/many/measured", test_measured);
  add ("/many/words", test_words);
  add ("/many/looked-at", test_looked_at);
  return g_test_run ();
}
