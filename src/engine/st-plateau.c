#include <st-plateau.h>

#include <math.h>

enum { PATIENCE = 2 };

static const double LEAST_GAIN = 1e-3;

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
