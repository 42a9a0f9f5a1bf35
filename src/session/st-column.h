/* A model that is open: one column of the window. */
#pragma once

#include <glib-object.h>
#include <st-classes.h>
#include <st-model-io.h>

/* What a column is opened for beside another one: to show a sample of its latent, whatever the
 * others show, the same network untrained, or the shipped one with a dense bottleneck. */
typedef enum StTwin { ST_TWIN_NONE, ST_TWIN_SAMPLE, ST_TWIN_UNTRAINED, ST_TWIN_DENSE } StTwin;

#define ST_TYPE_COLUMN (st_column_get_type ())
G_DECLARE_FINAL_TYPE (StColumn, st_column, ST, COLUMN, GObject)

/* Takes the file's references.  path is NULL for a model that was never saved; place is which
 * of the model colours it has. */
StColumn *st_column_new (StModelFile *file, const char *path, guint place);

/* "CAE", and behind a second one of the same kind a number. */
const char *st_column_get_title (StColumn *column);
void st_column_set_title (StColumn *column, const char *title);
const char *st_column_get_path (StColumn *column);
guint st_column_get_place (StColumn *column);
/* An untrained twin that is trained is one no more. */
StTwin st_column_get_twin (StColumn *column);
void st_column_set_twin (StColumn *column, StTwin twin);
/* Constant for a column's life, unlike its weights' number, which each new set changes. */
guint64 st_column_get_id (StColumn *column);
guint64 st_column_get_weights (StColumn *column);
StModel *st_column_get_model (StColumn *column);
/* New weights for the same spec, in the course of a training: epoch of epochs.  Emits
 * "weights".  Their number is one of those that st_column_reserve_weights() gave. */
void st_column_set_model (StColumn *column, StModel *model, guint64 weights, double epoch,
                          guint epochs);
/* The first of n numbers that no weights of this column had. */
guint64 st_column_reserve_weights (StColumn *column, guint64 n);
/* How far the weights shown are trained, in epochs; NaN for a model that came from a file. */
double st_column_get_epoch (StColumn *column);
/* The same of weights that were its own, of which it remembers the last ones; NaN of others. */
double st_column_get_epoch_of (StColumn *column, guint64 weights);
guint st_column_get_epochs (StColumn *column);
/* Whether it was trained here and not saved since; "weights" tells when that changes. */
gboolean st_column_get_unsaved (StColumn *column);
void st_column_set_saved (StColumn *column, const char *path);
/* What its file will say of its training. */
void st_column_describe_training (StColumn *column, const char *dataset,
                                  const StClasses *classes, guint64 seed,
                                  guint epochs);
const StModelFile *st_column_get_file (StColumn *column);
gboolean st_column_get_shown (StColumn *column);
void st_column_set_shown (StColumn *column, gboolean shown);
