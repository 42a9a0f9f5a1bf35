/* What a figure is, and all numbers behind what it shows now, in a dialog. */
#pragma once

#include <st-plot.h>

void st_explain (GtkWindow *parent, StSession *session, StPlot *plot);
