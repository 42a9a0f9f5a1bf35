#include <st-plateau.h>

#include <math.h>

enum { PATIENCE = 2 };

static const double LEAST_GAIN = 1e-3, LEAST_RISE = 0.25;

bool
st_plateau_add (StPlateau *plateau, double loss)
{
  bool better = plateau->best - loss > LEAST_GAIN * fabs (plateau->best);

  if (plateau->epochs++ == 0 || better)
    {
      plateau->best = loss;
      plateau->in_vain = 0;
    }
  else
    plateau->in_vain++;
  return plateau->in_vain >= PATIENCE;
}

bool
st_loss_rose (double first_batch, double last_epoch)
{
  return last_epoch - first_batch > LEAST_RISE * fabs (first_batch);
}
