#include <st-isometry-term.h>

#include <string.h>

static const char *const ISOMETRY_NAMES[ST_ISOMETRIES] = {
  [ST_ISOMETRY_SCALED] = "scaled",
  [ST_ISOMETRY_STRICT] = "strict",
  [ST_ISOMETRY_CONFORMAL] = "conformal",
};

const char *
st_isometry_name (StIsometry isometry)
{
  return ISOMETRY_NAMES[isometry];
}

bool
st_isometry_from_name (const char *name, StIsometry *isometry)
{
  for (int i = 0; i < ST_ISOMETRIES; i++)
    if (strcmp (name, ISOMETRY_NAMES[i]) == 0)
      {
        *isometry = (StIsometry) i;
        return true;
      }
  return false;
}

bool
st_isometry_has_probes (StIsometry isometry)
{
  return isometry != ST_ISOMETRY_CONFORMAL;
}

void
st_isometry_mix (uint32_t n, uint32_t d, const float *z, const uint32_t *other,
                 const float *alpha, float *out)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      out[i * d + j] = alpha[i] * z[i * d + j] + (1.0f - alpha[i]) * z[other[i] * d + j];
}

void
st_isometry_mix_back (uint32_t n, uint32_t d, const float *dout, const uint32_t *other,
                      const float *alpha, float *dz)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      {
        dz[i * d + j] += alpha[i] * dout[i * d + j];
        dz[other[i] * d + j] += (1.0f - alpha[i]) * dout[i * d + j];
      }
}

double
st_isometry_value (StIsometry isometry, const StIsometrySums *sums, uint32_t points)
{
  double squares = sums->squares / points, terms = sums->terms / points;
  return isometry == ST_ISOMETRY_SCALED ? terms / (squares * squares) : terms;
}
