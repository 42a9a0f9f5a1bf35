#include <st-patches.h>
#include <st-perturb.h>

#include "patch-facts.h"

#include <glib.h>
#include <string.h>

static const StShape SHAPE = { 28, 28, 1 };
static const StField S2 = { 7, 3, 4 };
enum { SIZE = 784, IMAGES = 24, SEED = 7 };

static uint32_t
count (const float *image, StField field, bool tell_padding)
{
  uint32_t distinct = 0;
  StStatus status = st_patches_distinct (image, SHAPE, field, 7, 7, tell_padding, NULL, &distinct);
  g_assert_cmpint (status.code, ==, ST_OK);
  return distinct;
}

static void
test_facts (void)
{
  char *bytes;
  gsize length;
  g_assert_true (g_file_get_contents (FACTS "/fashion-24.u8", &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, IMAGES * SIZE);
  for (uint32_t i = 0; i < IMAGES; i++)
    for (int occluded = 0; occluded < 2; occluded++)
      {
        float clean[SIZE], image[SIZE];
        double draws[2];
        for (int j = 0; j < SIZE; j++)
          clean[j] = (float) (guchar) bytes[i * SIZE + (gsize) j] / 255.0f;
        st_perturb_draw (ST_PERTURB_OCCLUSION, SEED, i, SHAPE, draws);
        st_perturb_apply (ST_PERTURB_OCCLUSION, occluded ? 0.3 : 0.0, SHAPE, clean, draws, image);
        for (size_t f = 0; f < G_N_ELEMENTS (PATCH_FACTS); f++)
          {
            StField field = { PATCH_FACTS[f].size, PATCH_FACTS[f].padding, 4 };
            for (int untold = 0; untold < 2; untold++)
              g_assert_cmpuint (count (image, field, !untold), ==,
                                PATCH_FACTS[f].distinct[occluded][untold][i]);
          }
      }
  g_free (bytes);
}

static void
test_closed_forms (void)
{
  float image[SIZE] = { 0 };
  /* Black: only the border is told apart, and s2's field hangs over two sides. */
  g_assert_cmpuint (count (image, S2, false), ==, 1);
  g_assert_cmpuint (count (image, S2, true), ==, 4);
  /* Minus zero is zero. */
  image[300] = -0.0f;
  g_assert_cmpuint (count (image, S2, false), ==, 1);
  /* The smallest difference is one. */
  image[300] = 1e-45f;
  g_assert_cmpuint (count (image, S2, false), >, 1);
  /* Pixels that all differ. */
  for (int i = 0; i < SIZE; i++)
    image[i] = (float) (i + 1);
  g_assert_cmpuint (count (image, S2, false), ==, 49);
}

/* Cells are numbered in order of appearance, and cells with a number are alike. */
static void
test_cells (void)
{
  float image[SIZE] = { 0 };
  image[0] = 1.0f;
  uint32_t cells[49], distinct, seen = 0;
  st_patches_distinct (image, SHAPE, S2, 7, 7, true, cells, &distinct);
  for (int i = 0; i < 49; i++)
    {
      g_assert_cmpuint (cells[i], <=, seen);
      if (cells[i] == seen)
        seen++;
    }
  g_assert_cmpuint (seen, ==, distinct);
  g_assert_cmpuint (distinct, ==, 4);  /* the corner itself, top, left, inside */
  g_assert_cmpuint (cells[1], ==, cells[6]);
  g_assert_cmpuint (cells[7], ==, cells[42]);
  g_assert_cmpuint (cells[8], ==, cells[48]);
}

/* Images that are numbered together share the numbers of equal patches, and nothing else. */
static void
test_together (void)
{
  float clean[SIZE] = { 0 }, shown[SIZE] = { 0 };
  const float *const images[2] = { clean, shown };
  uint32_t alone[2], together, cells[98];
  clean[0] = 1.0f;
  shown[SIZE - 1] = 2.0f;
  for (int i = 0; i < 2; i++)
    st_patches_distinct (images[i], SHAPE, S2, 7, 7, false, NULL, &alone[i]);
  st_patches_number (images, 2, SHAPE, S2, 7, 7, false, cells, &together);
  g_assert_cmpuint (cells[24], ==, cells[49 + 24]);   /* the middle is black in both */
  g_assert_cmpuint (cells[0], !=, cells[49]);
  g_assert_cmpuint (cells[48], !=, cells[97]);
  g_assert_cmpuint (together, ==, alone[0] + alone[1] - 1);
}

/* With two channels, a difference in either counts. */
static void
test_channels (void)
{
  const StShape shape = { 8, 8, 2 };
  const StField field = { 4, 0, 4 };
  float image[128] = { 0 };
  uint32_t distinct;
  image[64 + 63] = 1.0f;
  image[0] = 1.0f;
  st_patches_distinct (image, shape, field, 2, 2, true, NULL, &distinct);
  g_assert_cmpuint (distinct, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patches/facts", test_facts);
  g_test_add_func ("/patches/closed-forms", test_closed_forms);
  g_test_add_func ("/patches/cells", test_cells);
  g_test_add_func ("/patches/together", test_together);
  g_test_add_func ("/patches/channels", test_channels);
  return g_test_run ();
}
