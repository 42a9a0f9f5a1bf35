/* A model that is open: one column of the window. */
#pragma once

#include <glib-object.h>
#include <st-model-io.h>

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
/* Constant for a column's life, unlike its weights' number, which each new set changes. */
guint64 st_column_get_id (StColumn *column);
guint64 st_column_get_weights (StColumn *column);
StModel *st_column_get_model (StColumn *column);
const StModelFile *st_column_get_file (StColumn *column);
gboolean st_column_get_shown (StColumn *column);
void st_column_set_shown (StColumn *column, gboolean shown);
