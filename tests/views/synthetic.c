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

/* Classes lie around a circle, which higher levels draw together. */
static void
fill_points (guint n, guint column, double level, double *points)
{
  const double root = sqrt (level), shrink = 1 - 0.5 * root;
  for (guint i = 0; i < n; i++)
    {
      const double angle = (i % 10) * 0.63 + column;
      const double spread = 0.9 * (noise (i, 7) + noise (i, 8) - 1);
      points[2 * i] = (1.3 * cos (angle) + spread) * shrink + 0.3 * root;
      points[2 * i + 1] = (0.8 * sin (angle) + 0.7 * (noise (i, 9) - 0.5)) * shrink
                          - 0.3 * noise (i, 10) * level;
    }
}

/* Untrained, with biases, so that padding is told from black. */
static StModel *
make_model (StKind kind)
{
  const StSpec spec = st_spec_default (kind, ST_ENCODER_S2);
  StTensor tensors[ST_TENSORS_MAX];
  float *parameters = g_new (float, st_spec_parameters (&spec));
  StModel *model = NULL;
  st_model_initialise (&spec, 1, parameters);
  for (guint t = 0, n = st_spec_tensors (&spec, tensors); t < n; t++)
    if (g_str_has_prefix (tensors[t].name, "encoder") && tensors[t].dimensions == 1)
      for (gsize i = 0; i < tensors[t].length; i++)
        parameters[tensors[t].offset + i] = 0.1f;
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_free (parameters);
  return model;
}

/* A real one of an untrained model, but for its points. */
static StReference *
make_reference (StImages *images, guint column)
{
  StSpec spec = st_spec_default (ST_KIND_CAE, ST_ENCODER_S2);
  spec.channels = 2;
  float *parameters = g_new (float, st_spec_parameters (&spec));
  StQuery query = { .images = images, .weights = 2 };
  StPool *pool = NULL;
  StReference *reference = NULL;
  st_model_initialise (&spec, column, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &query.model)));
  g_assert_true (st_ok (st_pool_new (1, &pool)));
  g_assert_true (st_ok (st_reference_new (&query, NULL, pool, NULL, &reference)));
  fill_points (reference->count, column, 0, reference->clean);
  st_reference_find_ends (reference);
  reference->shares[0] = 0.39 - 0.03 * column;
  reference->shares[1] = 0.17;
  st_pool_free (pool);
  st_model_unref (query.model);
  g_free (parameters);
  return reference;
}

StHilbertResult
synthetic_angles (const StFrame *frame, guint column, double level, guint64 weights)
{
  const StLiveQuery *query = &frame->query;
  const double mean = 88 * (1 - exp (-pow (level * (20 - 5 * column), 0.6)));
  StHilbertResult result = {
    .known = true, .weights = weights, .kernel = query->kernel, .tolerance = query->tolerance,
    .subspace = query->subspace, .count = 60, .floor = 40 + 3 * column, .numerical = 59,
    .energy95 = 30, .energy99 = 45, .distance_ratio = level, .defined = true, .sigma = NAN,
    .gap = 0.25 };
  result.angles.count = query->subspace;
  result.angles.mean = mean;
  result.angles.largest = 90 - (90 - mean) * (1 - MIN (0.6, 4 * level));
  for (guint i = 0; i < query->subspace; i++)
    result.angles.degrees[i] = mean * (0.8 + 0.05 * i);
  result.angles.precision = 1e-10;
  result.intervals.count = query->subspace;
  result.intervals.mean = (StInterval) { mean * 0.95, MIN (90, mean * 1.05) };
  for (guint i = 0; i < query->subspace; i++)
    result.intervals.degrees[i] = (StInterval) { result.angles.degrees[i] * 0.9,
                                                 MIN (90, result.angles.degrees[i] * 1.1) };
  return result;
}

StFrame *
synthetic_frame (const Synthetic *synthetic)
{
  /* Columns come afterwards, with what they hold. */
  StLiveQuery query = { .level = synthetic->level,
                        .levels = synthetic->levels, .visible = 7, .subspace = 5,
                        .tolerance = 1e-8 };
  query.images = make_images (synthetic->images);
  for (guint j = 0; j < synthetic->levels; j++)
    query.grid[j] = pow (j / (double) (synthetic->levels - 1), 2);
  StFrame *frame = st_frame_new (1, &query);
  g_assert_nonnull (frame);
  frame->query.columns = synthetic->columns;
  for (guint c = 0; c < synthetic->columns; c++)
    {
      frame->query.weights[c] = 2;
      frame->query.models[c] = make_model (synthetic->kind);
    }
  const guint done = synthetic->done ? synthetic->done : synthetic->images;
  const guint computed = synthetic->computed ? synthetic->computed : synthetic->levels;
  frame->complete = done == synthetic->images;
  frame->sweep_complete = computed == synthetic->levels;
  frame->sweep_done = computed;
  frame->angles_complete = frame->complete;
  frame->angles_done = computed;
  for (guint c = 0; c < synthetic->columns; c++)
    {
      frame->now[c] = measure (synthetic, query.images, c, synthetic->level, done);
      frame->now[c]->weights = 2;
      frame->now[c]->embedding = st_alloc (synthetic->images, 2 * sizeof (double));
      fill_points (done, c, synthetic->level, frame->now[c]->embedding);
      if (frame->complete)
        frame->now[c]->hilbert = synthetic_angles (frame, c, synthetic->level, 2);
      frame->references[c] = make_reference (query.images, c);
      for (guint j = 0; j < computed; j++)
        {
          frame->sweep[c][j] = measure (synthetic, query.images, c, query.grid[j],
                                        synthetic->images);
          frame->sweep[c][j]->weights = j + synthetic->stale >= computed ? 1 : 2;
          frame->sweep[c][j]->hilbert = synthetic_angles (frame, c, query.grid[j],
                                                          frame->sweep[c][j]->weights);
        }
    }
  st_images_unref (query.images);
  return frame;
}
