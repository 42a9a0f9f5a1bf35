/* Figures to the clipboard. */
#pragma once

#include <st-plot.h>

/* As a bitmap, painted in the background. */
void st_copy_image (StPlot *plot, StSession *session);
/* The numbers, as CSV text. */
void st_copy_data (StPlot *plot, StSession *session);
