#include <st-perturb.h>

#include "perturb-facts.h"

#include <glib.h>
#include <math.h>
#include <string.h>

static const StShape SHAPE = { 28, 28, 1 };
enum { SIZE = 784, IMAGES = 24, SEED = 7 };

static void
load_images (float images[IMAGES][SIZE])
{
  char *bytes;
  gsize length;
  g_assert_true (g_file_get_contents (FACTS "/fashion-24.u8", &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, IMAGES * SIZE);
  for (int i = 0; i < IMAGES * SIZE; i++)
    images[i / SIZE][i % SIZE] = (float) (guchar) bytes[i] / 255.0f;
  g_free (bytes);
}

static void
perturb (StPerturbKind kind, double level, uint64_t seed, uint32_t index, const float *clean,
         float *out)
{
  double draws[SIZE];
  st_perturb_draw (kind, seed, index, SHAPE, draws);
  st_perturb_apply (kind, level, SHAPE, clean, draws, out);
}

static void
test_facts (void)
{
  static float images[IMAGES][SIZE];
  load_images (images);
  for (size_t i = 0; i < G_N_ELEMENTS (PERTURB_FACTS); i++)
    {
      float out[SIZE];
      double sum = 0.0;
      StPerturbKind kind;
      g_assert_true (st_perturb_from_name (PERTURB_FACTS[i].kind, &kind));
      uint32_t image = PERTURB_FACTS[i].image;
      perturb (kind, PERTURB_FACTS[i].level, SEED, image, images[image], out);
      for (int j = 0; j < SIZE; j++)
        sum += (double) out[j];
      g_assert_cmpfloat_with_epsilon (sum, PERTURB_FACTS[i].sum, 1e-4);
      for (int j = 0; j < FACT_PIXELS; j++)
        g_assert_cmpfloat_with_epsilon (out[5 + 59 * j], PERTURB_FACTS[i].pixels[j], 2e-7f);
    }
}

static void
test_names (void)
{
  StPerturbKind found;
  for (int kind = 0; kind < ST_PERTURB_KINDS; kind++)
    {
      g_assert_true (st_perturb_from_name (st_perturb_name ((StPerturbKind) kind), &found));
      g_assert_cmpint ((int) found, ==, kind);
      g_assert_cmpint (st_perturb_square_root_scale (found), ==,
                       found != ST_PERTURB_OCCLUSION && found != ST_PERTURB_BLUR);
    }
  g_assert_false (st_perturb_from_name ("", &found));
  g_assert_false (st_perturb_from_name ("gaussia", &found));
  g_assert_false (st_perturb_from_name ("Gaussian", &found));
}

/* Also where the image is not inside [0, 1], and for minus zero. */
static void
test_level_zero (void)
{
  static float images[IMAGES][SIZE];
  load_images (images);
  images[0][0] = -0.0f;
  images[0][1] = 1.5f;
  images[0][2] = -0.25f;
  for (int kind = 0; kind < ST_PERTURB_KINDS; kind++)
    for (uint32_t i = 0; i < IMAGES; i++)
      {
        float out[SIZE];
        perturb ((StPerturbKind) kind, 0.0, SEED, i, images[i], out);
        g_assert_cmpmem (out, sizeof out, images[i], sizeof images[i]);
      }
}

/* Moving the slider away and back gives the same image; another seed or image another. */
static void
test_reversible (void)
{
  static float images[IMAGES][SIZE];
  load_images (images);
  for (int kind = 0; kind < ST_PERTURB_KINDS; kind++)
    {
      double draws[SIZE], again[SIZE];
      float first[SIZE], between[SIZE], last[SIZE];
      StPerturbKind k = (StPerturbKind) kind;
      st_perturb_draw (k, SEED, 4, SHAPE, draws);
      memcpy (again, draws, sizeof draws);
      st_perturb_apply (k, 0.3, SHAPE, images[4], draws, first);
      st_perturb_apply (k, 0.9, SHAPE, images[4], draws, between);
      st_perturb_apply (k, 0.3, SHAPE, images[4], draws, last);
      g_assert_cmpmem (first, sizeof first, last, sizeof last);
      g_assert_cmpint (memcmp (first, between, sizeof first), !=, 0);
      g_assert_cmpmem (draws, sizeof draws, again, sizeof again);
      if (k == ST_PERTURB_BLUR)
        continue;
      perturb (k, 0.3, SEED + 1, 4, images[4], between);
      g_assert_cmpint (memcmp (first, between, sizeof first), !=, 0);
      perturb (k, 0.3, SEED, 5, images[4], between);
      g_assert_cmpint (memcmp (first, between, sizeof first), !=, 0);
    }
}

/* The two Gaussians share their noise. */
static void
test_unclipped (void)
{
  static float images[IMAGES][SIZE];
  load_images (images);
  float clipped[SIZE], unclipped[SIZE];
  perturb (ST_PERTURB_GAUSSIAN, 0.4, SEED, 9, images[9], clipped);
  perturb (ST_PERTURB_GAUSSIAN_UNCLIPPED, 0.4, SEED, 9, images[9], unclipped);
  int outside = 0;
  for (int i = 0; i < SIZE; i++)
    {
      outside += unclipped[i] < 0.0f || unclipped[i] > 1.0f;
      g_assert_cmpfloat (clipped[i], ==, CLAMP (unclipped[i], 0.0f, 1.0f));
    }
  g_assert_cmpint (outside, >, SIZE / 10);
}

static void
test_salt_pepper_is_monotone (void)
{
  static float images[IMAGES][SIZE];
  load_images (images);
  for (uint32_t i = 0; i < IMAGES; i++)
    {
      float before[SIZE], after[SIZE];
      memcpy (before, images[i], sizeof before);
      for (int step = 1; step <= 50; step++)
        {
          int hit = 0;
          perturb (ST_PERTURB_SALT_PEPPER, step / 50.0, SEED, i, images[i], after);
          for (int j = 0; j < SIZE; j++)
            {
              /* A pixel once hit keeps its value. */
              if (before[j] != images[i][j])
                g_assert_cmpfloat (after[j], ==, before[j]);
              hit += after[j] == 0.0f || after[j] == 1.0f;
            }
          g_assert_cmpint (step < 50 || hit == SIZE, ==, TRUE);
          memcpy (before, after, sizeof before);
        }
    }
}

/* Speckle leaves black black; an occlusion is one square; blur keeps a constant image and
 * does not make an image brighter than its brightest pixel. */
static void
test_character (void)
{
  static float images[IMAGES][SIZE];
  float out[SIZE], white[SIZE];
  load_images (images);
  for (int i = 0; i < SIZE; i++)
    white[i] = 1.0f;

  perturb (ST_PERTURB_SPECKLE, 0.8, SEED, 0, images[0], out);
  for (int i = 0; i < SIZE; i++)
    g_assert_true (images[0][i] > 0.0f || out[i] == 0.0f);

  for (uint32_t i = 0; i < IMAGES; i++)
    {
      int left = 28, right = -1, top = 28, bottom = -1, black = 0;
      perturb (ST_PERTURB_OCCLUSION, 0.25, SEED, i, white, out);
      for (int j = 0; j < SIZE; j++)
        if (out[j] == 0.0f)
          {
            left = MIN (left, j % 28);
            right = MAX (right, j % 28);
            top = MIN (top, j / 28);
            bottom = MAX (bottom, j / 28);
            black++;
          }
      g_assert_cmpint (black, ==, 49);
      g_assert_cmpint (right - left, ==, 6);
      g_assert_cmpint (bottom - top, ==, 6);
    }
  perturb (ST_PERTURB_OCCLUSION, 1.0, SEED, 3, white, out);
  for (int i = 0; i < SIZE; i++)
    g_assert_cmpfloat (out[i], ==, 0.0f);

  for (double level = 0.001; level <= 1.0; level += 0.0625)
    {
      perturb (ST_PERTURB_BLUR, level, SEED, 0, white, out);
      for (int i = 0; i < SIZE; i++)
        g_assert_cmpfloat (out[i], ==, 1.0f);
    }
}

/* Two channels, and sides that are not equal: each channel is blurred by itself, an
 * occlusion covers all of them. */
static void
test_other_shapes (void)
{
  const StShape shape = { 4, 12, 2 };
  float image[96] = { 0 }, out[96];
  double draws[96] = { 0 };
  for (int i = 48; i < 96; i++)
    image[i] = 0.75f;
  st_perturb_apply (ST_PERTURB_BLUR, 1.0, shape, image, draws, out);
  for (int i = 0; i < 96; i++)
    g_assert_cmpfloat (out[i], ==, image[i]);

  for (int i = 0; i < 96; i++)
    image[i] = 1.0f;
  for (int turned = 0; turned < 2; turned++)
    for (uint32_t index = 0; index < 30; index++)
      {
        StShape s = turned ? (StShape) { 12, 4, 2 } : shape;
        int black = 0;
        st_perturb_draw (ST_PERTURB_OCCLUSION, SEED, index, s, draws);
        st_perturb_apply (ST_PERTURB_OCCLUSION, 0.5, s, image, draws, out);
        for (int i = 0; i < 96; i++)
          {
            black += out[i] == 0.0f;
            g_assert_cmpfloat (out[i], ==, out[(i + 48) % 96]);
          }
        g_assert_cmpint (black, ==, turned ? 2 * 16 : 2 * 4);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/perturb/facts", test_facts);
  g_test_add_func ("/perturb/names", test_names);
  g_test_add_func ("/perturb/level-zero", test_level_zero);
  g_test_add_func ("/perturb/reversible", test_reversible);
  g_test_add_func ("/perturb/unclipped", test_unclipped);
  g_test_add_func ("/perturb/salt-pepper-is-monotone", test_salt_pepper_is_monotone);
  g_test_add_func ("/perturb/character", test_character);
  g_test_add_func ("/perturb/other-shapes", test_other_shapes);
  return g_test_run ();
}
