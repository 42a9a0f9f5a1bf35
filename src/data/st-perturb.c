#include <st-perturb.h>

#include <st-rng.h>

#include <math.h>
#include <string.h>

static const struct {
  const char *name;
  bool square_root_scale;
} KINDS[ST_PERTURB_KINDS] = {
  [ST_PERTURB_GAUSSIAN] = { "gaussian", true },
  [ST_PERTURB_GAUSSIAN_UNCLIPPED] = { "gaussian-unclipped", true },
  [ST_PERTURB_SALT_PEPPER] = { "salt-pepper", true },
  [ST_PERTURB_SPECKLE] = { "speckle", true },
  [ST_PERTURB_OCCLUSION] = { "occlusion", false },
  [ST_PERTURB_BLUR] = { "blur", false },
};

const char *
st_perturb_name (StPerturbKind kind)
{
  return KINDS[kind].name;
}

bool
st_perturb_from_name (const char *name, StPerturbKind *kind)
{
  for (int i = 0; i < ST_PERTURB_KINDS; i++)
    if (strcmp (name, KINDS[i].name) == 0)
      {
        *kind = (StPerturbKind) i;
        return true;
      }
  return false;
}

bool
st_perturb_square_root_scale (StPerturbKind kind)
{
  return KINDS[kind].square_root_scale;
}

size_t
st_perturb_draws (StPerturbKind kind, StShape shape)
{
  if (kind == ST_PERTURB_BLUR)
    return 0;
  return kind == ST_PERTURB_OCCLUSION ? 2 : st_shape_size (shape);
}

void
st_perturb_draw (StPerturbKind kind, uint64_t seed, uint32_t index, StShape shape, double *draws)
{
  StRandomKey key = { .seed = seed, .image = index, .epoch = ST_EPOCH_SHOWN };
  size_t n = st_perturb_draws (kind, shape);

  switch (kind)
    {
    case ST_PERTURB_GAUSSIAN:
    case ST_PERTURB_GAUSSIAN_UNCLIPPED:
      key.stream = ST_STREAM_GAUSSIAN;
      st_random_normal (key, n, draws);
      break;
    case ST_PERTURB_SPECKLE:
      key.stream = ST_STREAM_SPECKLE;
      st_random_normal (key, n, draws);
      break;
    case ST_PERTURB_SALT_PEPPER:
      key.stream = ST_STREAM_SALT_PEPPER;
      st_random_uniform (key, n, draws);
      break;
    case ST_PERTURB_OCCLUSION:
      key.stream = ST_STREAM_OCCLUSION;
      st_random_uniform (key, n, draws);
      break;
    case ST_PERTURB_BLUR:
    case ST_PERTURB_KINDS:
      break;
    }
}

static double
clip (double x)
{
  return x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x;
}

static void
apply_salt_pepper (double level, size_t n, const float *clean, const double *u, float *out)
{
  for (size_t i = 0; i < n; i++)
    out[i] = u[i] < level / 2 ? 0.0f : u[i] > 1 - level / 2 ? 1.0f : clean[i];
}

static void
apply_occlusion (double level, StShape shape, const float *clean, const double *u, float *out)
{
  double height = shape.height, width = shape.width;
  /* A low, wide image bounds nothing; a high, narrow one bounds the square. */
  double side = fmin (floor (level * height + 0.5), fmin (height, width));
  size_t rows = (size_t) side, columns = rows;
  size_t top = (size_t) floor (u[0] * (height + 1 - side));
  size_t left = (size_t) floor (u[1] * (width + 1 - side));

  memcpy (out, clean, st_shape_size (shape) * sizeof *out);
  for (size_t c = 0; c < shape.channels; c++)
    for (size_t y = top; y < top + rows; y++)
      memset (out + (c * shape.height + y) * shape.width + left, 0, columns * sizeof *out);
}

enum { RADIUS_MAX = 12, TAPS_MAX = 2 * RADIUS_MAX + 1 };

typedef struct Kernel {
  long radius;
  double weight[RADIUS_MAX + 1];  /* of distance 0, 1, ..., radius */
  double total[RADIUS_MAX + 1];   /* of distances 1 to that one, on one side */
} Kernel;

static Kernel
make_kernel (double sigma)
{
  Kernel kernel = { .radius = (long) fmin (ceil (3 * sigma), RADIUS_MAX) };
  kernel.weight[0] = 1.0;
  for (long i = 1; i <= kernel.radius; i++)
    {
      double t = (double) i / sigma;
      kernel.weight[i] = exp (-0.5 * t * t);
      kernel.total[i] = kernel.total[i - 1] + kernel.weight[i];
    }
  return kernel;
}

/* The weighted mean of line[at - radius ..] to line[at + radius], as far as these are
 * among its n samples. */
static double
blur_row (const Kernel *kernel, const float *line, long n, long at)
{
  long before = at < kernel->radius ? at : kernel->radius;
  long behind = n - 1 - at < kernel->radius ? n - 1 - at : kernel->radius;
  double sum = 0.0;
  for (long i = -before; i <= behind; i++)
    sum += kernel->weight[i < 0 ? -i : i] * (double) line[at + i];
  return sum / (kernel->weight[0] + kernel->total[before] + kernel->total[behind]);
}

/* One column of the result.  The rows' means around the present one are kept in a ring, so
 * that both passes are in double and need no scratch image. */
static void
blur_column (const Kernel *kernel, const float *clean, long height, long width, long x, float *out)
{
  double ring[TAPS_MAX] = { 0 };
  long radius = kernel->radius;

  for (long y = -radius; y < height; y++)
    {
      long ahead = y + radius;
      if (ahead < height)
        ring[ahead % TAPS_MAX] = blur_row (kernel, clean + ahead * width, width, x);
      if (y < 0)
        continue;
      long before = y < radius ? y : radius;
      long behind = height - 1 - y < radius ? height - 1 - y : radius;
      double sum = 0.0;
      for (long i = -before; i <= behind; i++)
        sum += kernel->weight[i < 0 ? -i : i] * ring[(y + i) % TAPS_MAX];
      out[y * width + x]
        = (float) (sum / (kernel->weight[0] + kernel->total[before] + kernel->total[behind]));
    }
}

static void
apply_blur (double level, StShape shape, const float *clean, float *out)
{
  Kernel kernel = make_kernel (4 * level);
  size_t plane = (size_t) shape.height * shape.width;
  for (size_t c = 0; c < shape.channels; c++)
    for (long x = 0; x < (long) shape.width; x++)
      blur_column (&kernel, clean + c * plane, shape.height, shape.width, x, out + c * plane);
}

void
st_perturb_apply (StPerturbKind kind, double level, StShape shape, const float *clean,
                  const double *draws, float *out)
{
  size_t n = st_shape_size (shape);

  /* Clipping would change an image that is not inside [0, 1]. */
  if (level == 0.0)
    {
      memcpy (out, clean, n * sizeof *out);
      return;
    }
  switch (kind)
    {
    case ST_PERTURB_GAUSSIAN:
      for (size_t i = 0; i < n; i++)
        out[i] = (float) clip ((double) clean[i] + level * draws[i]);
      break;
    case ST_PERTURB_GAUSSIAN_UNCLIPPED:
      for (size_t i = 0; i < n; i++)
        out[i] = (float) ((double) clean[i] + level * draws[i]);
      break;
    case ST_PERTURB_SPECKLE:
      for (size_t i = 0; i < n; i++)
        out[i] = (float) clip ((double) clean[i] + level * (double) clean[i] * draws[i]);
      break;
    case ST_PERTURB_SALT_PEPPER:
      apply_salt_pepper (level, n, clean, draws, out);
      break;
    case ST_PERTURB_OCCLUSION:
      apply_occlusion (level, shape, clean, draws, out);
      break;
    case ST_PERTURB_BLUR:
      apply_blur (level, shape, clean, out);
      break;
    case ST_PERTURB_KINDS:
      break;
    }
}
