/* The levels at which a sweep measures. */
#pragma once

#include <st-perturb.h>

/* As many as the window and reports take. */
enum { ST_GRID_LEVELS = 41 };

/* out[levels], at least 2 of them: from 0 to 1, evenly spaced on the scale of the kind's
 * sliders and axes, ends included. */
void st_grid_fill (StPerturbKind kind, uint32_t levels, double *out);
