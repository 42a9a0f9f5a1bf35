#include "synthetic.h"

#include <st-alloc.h>
#include <st-images.h>
#include <math.h>

enum { SIDE = 28, CELLS = 7, CHANNELS = 128, WHOLE = 48 };

static double
noise (guint a, guint b)
{
  guint x = a * 2654435761u ^ (b + 1) * 2246822519u;
  x ^= x >> 15;
  x *= 2654435761u;
  x ^= x >> 13;
  return (x & 0xffff) / 65536.0;
}

/* A shape of a class: discs, bars, wedges. */
static void
draw_image (guint i, guint8 *pixels)
{
  const guint kind = i % 10;
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      {
        const double u = (x - 13.5) / 14, v = (y - 13.5) / 14;
        const double wide = 0.35 + 0.05 * kind;
        const gboolean in = kind % 3 == 0   ? u * u * 1.4 + v * v < 0.6 + 0.03 * kind
                            : kind % 3 == 1 ? fabs (u) < wide && fabs (u) > 0.1 && fabs (v) < 0.9
                                            : v > u * 0.7 - 0.3 && v < 0.5 && fabs (u) < 0.9;
        pixels[y * SIDE + x] = in ? (guint8) (120 + 110 * noise (i, kind) - 40 * u) : 0;
      }
}

static StImages *
make_images (guint n)
{
  guint8 *pixels = st_alloc (n, SIDE * SIDE), *labels = st_alloc (n, 1);
  guint *indices = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    {
      draw_image (i, pixels + i * SIDE * SIDE);
      labels[i] = (guint8) (i % 10);
      indices[i] = i;
    }
  StDataset *dataset = NULL;
  StImages *images = NULL;
  g_assert_true (st_ok (st_dataset_new_bytes (n, (StShape) { SIDE, SIDE, 1 }, pixels, labels,
                                              &dataset)));
  g_assert_true (st_ok (st_images_new (dataset, indices, NULL, n, ST_PERTURB_SALT_PEPPER, 0,
                                         &images)));
  st_dataset_unref (dataset);
  g_free (indices);
  return images;
}

static StResult *
empty_result (guint images, double level)
{
  StResult *result = NULL;
  const guint sum = 2 * CELLS + CELLS * CELLS;
  g_assert_true (st_ok (st_result_new (images, (StShape) { SIDE, SIDE, 1 }, sum, TRUE, FALSE,
                                       &result)));
  result->latent = (StShape) { CELLS, CELLS, CHANNELS };
  result->lengths[0] = result->lengths[1] = CELLS;
  result->lengths[2] = CELLS * CELLS;
  result->level = level;
  result->done = images;
  return result;
}

static void
set_rank (StResult *result, guint image, guint s, guint rank, double decay)
{
  double *values = result->eigenvalues + image * (2 * CELLS + CELLS * CELLS) + s * CELLS;
  for (guint j = 0; j < result->lengths[s]; j++)
    values[j] = j < rank ? pow (10, -decay * pow (j / (double) result->lengths[s], 0.7)) : 1e-14;
}

StResult *
synthetic_result (guint images, guint s1, guint s2, guint s3, guint strata, double psnr,
                  double level)
{
  StResult *result = empty_result (images, level);
  for (guint i = 0; i < images; i++)
    {
      set_rank (result, i, 0, s1, 1.5);
      set_rank (result, i, 1, s2, 1.5);
      set_rank (result, i, 2, s3 - i % strata, 4);
      result->psnr[i] = psnr + (i % 2 ? 1 : -1);
    }
  return result;
}

/* Clean ranks from 22 to 48, raised by the level; pictures are the perturbed images, softer. */
static StResult *
measure (const Synthetic *synthetic, StImages *images, guint column, double level, guint done)
{
  StResult *result = empty_result (synthetic->images, level);
  float *shown = g_new (float, SIDE * SIDE);
  result->done = done;
  for (guint i = 0; i < done; i++)
    {
      const double spread = pow (noise (i, 1), 1.6);
      const double clean = WHOLE - 26 * spread;
      const double raised = MIN (1, pow (level * 6, 0.6) * (0.5 + noise (i, 2)));
      const double rank = clean + (WHOLE - clean) * raised;
      const guint s3 = synthetic->flat ? WHOLE : (guint) MIN (WHOLE, rank + 0.3);
      set_rank (result, i, 0, synthetic->flat || s3 > 30 ? 7 : 6, 1.2);
      set_rank (result, i, 1, synthetic->flat || s3 > 28 ? 7 : 6, 1.2);
      set_rank (result, i, 2, s3, 4.5 - 2 * sqrt (level) + noise (i, 3));
      result->psnr[i] = 28.7 - 3 * column - 22 * pow (level, 0.45) + 4 * noise (i, 4 + column);
      st_images_perturbed (images, i, level, shown);
      for (guint p = 0; p < SIDE * SIDE; p++)
        result->pictures[i * SIDE * SIDE + p] = (guint8) (20 + 200 * shown[p]);
    }
  g_free (shown);
  return result;
}

StFrame *
synthetic_frame (const Synthetic *synthetic)
{
  /* Columns come afterwards: these have no models. */
  StLiveQuery query = { .level = synthetic->level,
                        .levels = synthetic->levels, .visible = 7 };
  query.images = make_images (synthetic->images);
  for (guint j = 0; j < synthetic->levels; j++)
    query.grid[j] = pow (j / (double) (synthetic->levels - 1), 2);
  StFrame *frame = st_frame_new (1, &query);
  g_assert_nonnull (frame);
  frame->query.columns = synthetic->columns;
  for (guint c = 0; c < synthetic->columns; c++)
    frame->query.weights[c] = 2;
  const guint done = synthetic->done ? synthetic->done : synthetic->images;
  const guint computed = synthetic->computed ? synthetic->computed : synthetic->levels;
  frame->complete = done == synthetic->images;
  frame->sweep_complete = computed == synthetic->levels;
  frame->sweep_done = computed;
  for (guint c = 0; c < synthetic->columns; c++)
    {
      frame->now[c] = measure (synthetic, query.images, c, synthetic->level, done);
      frame->now[c]->weights = 2;
      for (guint j = 0; j < computed; j++)
        {
          frame->sweep[c][j] = measure (synthetic, query.images, c, query.grid[j],
                                        synthetic->images);
          frame->sweep[c][j]->weights = j + synthetic->stale >= computed ? 1 : 2;
        }
    }
  st_images_unref (query.images);
  return frame;
}

StScatterInput *
synthetic_scatter (const StFrame *frame)
{
  StScatterInput *inputs = g_new0 (StScatterInput, frame->query.columns);
  const guint n = st_images_count (frame->query.images);
  for (guint c = 0; c < frame->query.columns; c++)
    {
      double *clean = g_new (double, 2 * n), *now = g_new (double, 2 * n);
      for (guint i = 0; i < n; i++)
        {
          const double angle = (i % 10) * 0.63 + c;
          const double spread = 0.9 * (noise (i, 7) + noise (i, 8) - 1);
          clean[2 * i] = 1.3 * cos (angle) + spread;
          clean[2 * i + 1] = 0.8 * sin (angle) + 0.7 * (noise (i, 9) - 0.5);
          const double shrink = 1 - 0.5 * sqrt (frame->query.level);
          now[2 * i] = clean[2 * i] * shrink + 0.3 * sqrt (frame->query.level);
          now[2 * i + 1] = clean[2 * i + 1] * shrink - 0.3 * noise (i, 10) * frame->query.level;
        }
      inputs[c] = (StScatterInput) { n, n, clean, now, { 0.39 - 0.03 * c, 0.17 } };
    }
  return inputs;
}

static StAngle
angle_at (double level, guint column)
{
  const double mean = 88 * (1 - exp (-pow (level * (20 - 5 * column), 0.6)));
  return (StAngle) { mean, mean * 0.8, 90 - (90 - mean) * (1 - MIN (0.6, 4 * level)) };
}

StAngleInput *
synthetic_angles (const StFrame *frame)
{
  StAngleInput *inputs = g_new0 (StAngleInput, frame->query.columns);
  for (guint c = 0; c < frame->query.columns; c++)
    {
      inputs[c].floor = 40 + 3 * c;
      inputs[c].subspace = 5;
      inputs[c].now = angle_at (frame->query.level, c);
      for (guint j = 0; j < frame->query.levels; j++)
        inputs[c].grid[j] = frame->sweep[c][j] != NULL ? angle_at (frame->query.grid[j], c)
                                                       : (StAngle) { NAN, NAN, NAN };
    }
  return inputs;
}
