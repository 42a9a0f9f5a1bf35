/* Whether a training has stopped getting anywhere: two epochs in a row whose loss is not more
 * than 0.1 % below the best one before them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* All zero before the first epoch, and again where the loss begins to mean something else. */
typedef struct StPlateau {
  double best;
  uint32_t epochs;     /* seen */
  uint32_t in_vain;    /* since the best one */
} StPlateau;

/* The mean loss of the next epoch, which may be negative; whether that makes a plateau. */
bool st_plateau_add (StPlateau *plateau, double loss);
