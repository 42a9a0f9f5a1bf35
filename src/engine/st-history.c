#include <st-history.h>

#include <math.h>

void
st_history_init (StHistory *history, const StSpec *spec, size_t bytes)
{
  /* A model holds its parameters as they are in files, and once more as its kernels want them. */
  size_t most = bytes / (2 * st_spec_parameters (spec) * sizeof (float));
  *history = (StHistory) { .moment_step = 1, .point_step = 1 };
  history->moments_most = most < 2 ? 2 : most > ST_MOMENTS_MAX ? ST_MOMENTS_MAX : (uint32_t) most;
}

void
st_history_clear (StHistory *history)
{
  for (uint32_t i = 0; i < history->moments; i++)
    st_model_unref (history->moment[i].model);
  *history = (StHistory) { 0 };
}

void
st_history_copy (const StHistory *from, StHistory *to)
{
  *to = *from;
  for (uint32_t i = 0; i < to->moments; i++)
    st_model_ref (to->moment[i].model);
}

void
st_history_copy_until (const StHistory *from, uint64_t batches, double epoch, StHistory *to)
{
  *to = *from;
  to->moments = to->points = to->summed = 0;
  to->sum = (StCurvePoint) { 0 };
  /* The last weights of a training that has ended may be no even step. */
  for (uint32_t i = 0; i < from->moments; i++)
    if (from->moment[i].batch <= batches && from->moment[i].batch % from->moment_step == 0)
      {
        to->moment[to->moments] = from->moment[i];
        st_model_ref (to->moment[to->moments++].model);
      }
  for (uint32_t i = 0; i < from->points && from->point[i].epoch <= epoch + 1e-9; i++)
    to->points++;
}

bool
st_history_wants (const StHistory *history, uint64_t batches)
{
  return batches % history->moment_step == 0;
}

/* Every other one goes. */
static void
thin_moments (StHistory *history)
{
  uint32_t kept = 0;
  history->moment_step *= 2;
  for (uint32_t i = 0; i < history->moments; i++)
    if (history->moment[i].batch % history->moment_step == 0)
      history->moment[kept++] = history->moment[i];
    else
      st_model_unref (history->moment[i].model);
  history->moments = kept;
}

static void
append_moment (StHistory *history, uint64_t batch, double epoch, uint64_t weights, StModel *model)
{
  uint32_t n = history->moments;
  if (n == 0 || history->moment[n - 1].weights != weights)
    history->moment[history->moments++]
      = (StMoment) { .epoch = epoch, .batch = batch, .weights = weights,
                     .model = st_model_ref (model) };
}

void
st_history_keep (StHistory *history, uint64_t batches, double epoch, uint64_t weights,
                 StModel *model)
{
  if (history->moments == history->moments_most)
    thin_moments (history);
  if (st_history_wants (history, batches))
    append_moment (history, batches, epoch, weights, model);
}

void
st_history_end (StHistory *history, uint64_t batches, double epoch, uint64_t weights,
                StModel *model)
{
  if (history->moments == history->moments_most)
    thin_moments (history);
  append_moment (history, batches, epoch, weights, model);
}

/* Pairs of points become their mean, at the later one's time. */
static void
thin_points (StHistory *history)
{
  for (uint32_t i = 0; i + 1 < history->points; i += 2)
    {
      const StCurvePoint *a = &history->point[i], *b = &history->point[i + 1];
      history->point[i / 2] = (StCurvePoint) {
        .epoch = b->epoch, .loss = (a->loss + b->loss) / 2,
        .reconstruction = (a->reconstruction + b->reconstruction) / 2, .kl = (a->kl + b->kl) / 2,
        .isometry = (a->isometry + b->isometry) / 2,
      };
    }
  history->points /= 2;
  history->point_step *= 2;
}

void
st_history_add_loss (StHistory *history, const StCurvePoint *losses)
{
  StCurvePoint *sum = &history->sum;
  sum->epoch = losses->epoch;
  sum->loss += losses->loss;
  sum->reconstruction += losses->reconstruction;
  sum->kl += losses->kl;
  sum->isometry += losses->isometry;
  if (++history->summed < history->point_step)
    return;

  double n = history->summed;
  if (history->points == ST_CURVE_MAX)
    thin_points (history);
  history->point[history->points++] = (StCurvePoint) {
    .epoch = sum->epoch, .loss = sum->loss / n, .reconstruction = sum->reconstruction / n,
    .kl = sum->kl / n, .isometry = sum->isometry / n,
  };
  *sum = (StCurvePoint) { 0 };
  history->summed = 0;
}

bool
st_history_mean (const StHistory *history, double from, double to, StCurvePoint *mean)
{
  uint32_t n = 0;
  *mean = (StCurvePoint) { .epoch = to };
  for (uint32_t i = 0; i < history->points; i++)
    {
      const StCurvePoint *point = &history->point[i];
      if (point->epoch <= from + 1e-9 || point->epoch > to + 1e-9)
        continue;
      mean->loss += point->loss;
      mean->reconstruction += point->reconstruction;
      mean->kl += point->kl;
      mean->isometry += point->isometry;
      n++;
    }
  if (n == 0)
    return false;
  mean->loss /= n;
  mean->reconstruction /= n;
  mean->kl /= n;
  mean->isometry /= n;
  return true;
}

const StMoment *
st_history_nearest (const StHistory *history, double epoch)
{
  const StMoment *best = NULL;
  for (uint32_t i = 0; i < history->moments; i++)
    if (best == NULL || fabs (history->moment[i].epoch - epoch) < fabs (best->epoch - epoch))
      best = &history->moment[i];
  return best;
}
