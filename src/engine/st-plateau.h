/* Whether a training gets anywhere. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* It has stopped to: two epochs in a row whose loss is not more than 0.1 % below the best one
 * before them.  All zero before the first epoch, and again where the loss begins to mean something else. */
typedef struct StPlateau {
  double best;
  uint32_t epochs;     /* seen */
  uint32_t in_vain;    /* since the best one */
} StPlateau;

/* The mean loss of the next epoch, which may be negative; whether that makes a plateau. */
bool st_plateau_add (StPlateau *plateau, double loss);

/* Whether the mean loss of the last epoch is above that of the first batch, and by more than
 * batches differ, 25 %: a learning rate that is too high, say.  Both are finite. */
bool st_loss_rose (double first_batch, double last_epoch);
