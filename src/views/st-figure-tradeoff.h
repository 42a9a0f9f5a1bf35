/* What the figure Trade-off is of. */
#pragma once

#include <glib.h>
#include <st-classes.h>
#include <st-tradeoff-mean.h>

typedef struct StFigureTradeoff
{
  StDistortion distortion;            /* of y */
  const StTradeoffResult *result;     /* NULL: nothing was swept */
  const char *dataset;                /* that it is of, by name; or NULL */
  StClasses classes;                  /* of the images that it trains and is measured on */
  gboolean elsewhere;                 /* other images are shown now than it is measured on */
  gboolean reading;                   /* the images that it is to train on are being read */
  const char *failure;                /* why it could not begin, or go on: a sentence; or NULL */
} StFigureTradeoff;

/* "mean cond(G)" */
const char *st_name_distortion (StDistortion distortion);
/* "scaled" of what training was given */
const char *st_name_regulariser (StIsometry isometry);
/* "model 3 of 13, epoch 4 of 20"; "" where nothing is under way.  Caller frees. */
char *st_tradeoff_words_progress (const StTradeoffResult *result);
/* Why a sweep cannot begin: so many images are there besides those that it is measured on.
 * Caller frees. */
char *st_tradeoff_words_few (guint there, guint needed);
