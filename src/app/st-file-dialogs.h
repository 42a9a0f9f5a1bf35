/* Asking for files.  Each shows a native dialog and hands the answer to the session. */
#pragma once

#include <gtk/gtk.h>
#include <st-plot.h>
#include <st-session.h>

void st_ask_open_model (GtkWindow *parent, StSession *session);
void st_ask_open_dataset (GtkWindow *parent, StSession *session);
void st_ask_save_model (GtkWindow *parent, StSession *session, StColumn *column);
void st_ask_export (GtkWindow *parent, StSession *session, StPlot *plot);

/* Opens a file as what its name says it is: a model, or else a dataset. */
void st_open_file (StSession *session, GFile *file);
