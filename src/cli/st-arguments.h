/* What the values of options mean: noise, classes, names.  Each gives NULL, or a sentence
 * that says what is wrong; free with g_free(). */
#pragma once

#include <glib.h>
#include <st-classes.h>
#include <st-distance.h>
#include <st-kernel.h>
#include <st-measure.h>
#include <st-gradient.h>
#include <st-isometry-term.h>

/* "KIND:L0,L1,…" or "KIND:FROM..TO/POINTS" (ends included), levels from 0 to 1. */
char *st_argument_noise (const char *text, StPerturbKind *kind, GArray *levels);
/* "0,1": a set of labels. */
char *st_argument_classes (const char *text, StClasses *classes);
char *st_argument_kind (const char *text, StKind *kind);
char *st_argument_encoder (const char *text, StEncoder *encoder);
char *st_argument_activation (const char *text, StActivation *activation);
char *st_argument_loss (const char *text, StLossKind *loss);
char *st_argument_isometry (const char *text, StIsometry *isometry);
/* "256,256": 1 to ST_HIDDEN_MAX lengths, then zeros. */
char *st_argument_hidden (const char *text, guint32 hidden[ST_HIDDEN_MAX]);
/* "learned" is 0; else a number above 0. */
char *st_argument_sigma (const char *text, double *sigma);
char *st_argument_latent (const char *text, StLatent *latent);
char *st_argument_kernel (const char *text, StKernel *kernel);
char *st_argument_distance (const char *text, StDistance *distance);
/* What --kernel and --distance take, for the help. */
#define ST_KERNEL_HELP \
  "projection (the default), frobenius, log-euclidean or bonnabel-sepulchre, or one of these " \
  "behind gaussian:"
#define ST_DISTANCE_HELP \
  "frobenius, log-euclidean, affine-invariant, bonnabel-sepulchre or ye-lim"
