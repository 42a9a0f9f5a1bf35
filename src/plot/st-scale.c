#include <st-scale.h>

#include <math.h>

static double
transform (StScaleKind kind, double value)
{
  switch (kind)
    {
    case ST_SCALE_SQUARE_ROOT:
      return value >= 0 ? sqrt (value) : NAN;
    case ST_SCALE_LOG10:
      return value > 0 ? log10 (value) : NAN;
    case ST_SCALE_LINEAR:
    default:
      return value;
    }
}

static double
transform_back (StScaleKind kind, double place)
{
  switch (kind)
    {
    case ST_SCALE_SQUARE_ROOT:
      return place * place;
    case ST_SCALE_LOG10:
      return pow (10, place);
    case ST_SCALE_LINEAR:
    default:
      return place;
    }
}

double
st_scale_place (const StScale *scale, double value)
{
  const double low = transform (scale->kind, scale->low);
  const double high = transform (scale->kind, scale->high);
  const double at = transform (scale->kind, value);
  if (!(high > low))
    return (scale->from + scale->to) / 2;
  return scale->from + (at - low) / (high - low) * (scale->to - scale->from);
}

double
st_scale_value (const StScale *scale, double place)
{
  if (scale->from == scale->to || !(scale->high > scale->low))
    return scale->low;
  const double low = transform (scale->kind, scale->low);
  const double high = transform (scale->kind, scale->high);
  const double share = (place - scale->from) / (scale->to - scale->from);
  if (!(share > 0))
    return scale->low;
  if (share >= 1)
    return scale->high;
  return transform_back (scale->kind, low + share * (high - low));
}

/* Closer than this share of its reach nothing is zoomed: doubles, and clocks, end somewhere. */
#define CLOSEST 1e-6

StScale
st_scale_zoom (const StScale *scale, const StScale *reach, double place, double factor,
               double shift)
{
  const double least = transform (reach->kind, reach->low);
  const double most = transform (reach->kind, reach->high);
  const double low = transform (scale->kind, scale->low);
  const double high = transform (scale->kind, scale->high);
  StScale out = *scale;
  if (!(high > low && most > least && factor > 0) || scale->from == scale->to)
    return out;
  const double a_place = (high - low) / (scale->to - scale->from);
  const double held = low + (place - scale->from) * a_place;
  const double length = CLAMP ((high - low) / factor, CLOSEST * (most - least), most - least);
  const double share = (held - low) / (high - low);
  double begin = held - share * length - shift * length / (scale->to - scale->from);
  begin = CLAMP (begin, least, MAX (most - length, least));
  /* The ends as they were given, not as a root and its square leave them. */
  const double slack = 1e-9 * (most - least), end = begin + length;
  out.low = begin > least + slack ? transform_back (scale->kind, begin) : reach->low;
  out.high = end < most - slack ? transform_back (scale->kind, end) : reach->high;
  return out;
}

StScale
st_scale_widen (const StScale *scale, double factor)
{
  const double middle = (scale->low + scale->high) / 2;
  const double half = (scale->high - scale->low) / 2 * factor;
  StScale out = *scale;
  out.low = middle - half;
  out.high = middle + half;
  return out;
}

/* The smallest of 1, 2, 5 x 10^k that is not below `least`. */
static double
round_step (double least)
{
  const double power = pow (10, floor (log10 (least)));
  static const double factors[] = { 1, 2, 5, 10 };
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    if (factors[i] * power >= least * (1 - 1e-9))
      return factors[i] * power;
  return 10 * power;
}

/* Multiples of a step inside [low, high]; multiples, not sums, so that 0 is 0. */
static guint
multiples (double low, double high, double step, guint most, double *ticks)
{
  const double slack = 1e-9 * (high - low);
  const double first = ceil ((low - slack) / step);
  guint n = 0;
  for (double k = first; k * step <= high + slack && n < most; k++)
    ticks[n++] = k * step + 0.0;
  return n;
}

static guint
linear_ticks (double low, double high, guint most, double *ticks)
{
  double step = round_step ((high - low) / most);
  while (floor (high / step + 1e-9) - ceil (low / step - 1e-9) + 1 > most)
    step = round_step (step * 1.5);
  return multiples (low, high, step, most, ticks);
}

static guint
decade_ticks (double low, double high, guint most, double *ticks)
{
  const double first = ceil (log10 (low) - 1e-9), last = floor (log10 (high) + 1e-9);
  double step = 1;
  while (floor (last / step) - ceil (first / step) + 1 > most)
    step++;
  guint n = 0;
  for (double k = ceil (first / step) * step; k <= last && n < most; k += step)
    ticks[n++] = pow (10, k);
  return n;
}

static guint
square_root_ticks (double low, double high, guint most, double *ticks)
{
  /* Ordered by how much each adds, so that a short axis keeps the ends. */
  static const double values[] = { 0, 1, 0.1, 0.5, 0.01, 0.25, 0.05 };
  const double slack = 1e-9 * (high - low);
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (values) && n < most; i++)
    {
      if (values[i] < low - slack || values[i] > high + slack)
        continue;
      guint at = n++;
      for (; at > 0 && ticks[at - 1] > values[i]; at--)
        ticks[at] = ticks[at - 1];
      ticks[at] = values[i];
    }
  return n;
}

guint
st_scale_ticks (const StScale *scale, guint most, double ticks[ST_TICKS_MAX])
{
  const double low = scale->low, high = scale->high;
  most = CLAMP (most, 2, ST_TICKS_MAX);
  if (!(high > low) || !isfinite (low) || !isfinite (high))
    {
      ticks[0] = low;
      return isfinite (low) ? 1 : 0;
    }
  guint n = 0;
  if (scale->kind == ST_SCALE_LOG10)
    n = low > 0 ? decade_ticks (low, high, most, ticks) : 0;
  else if (scale->kind == ST_SCALE_SQUARE_ROOT)
    n = square_root_ticks (low, high, most, ticks);
  if (n < 2 && (scale->kind != ST_SCALE_LOG10 || low > 0))
    n = linear_ticks (low, high, most, ticks);
  return n;
}
