/* Private to views: the pullback metric over the latent scatter, which st-view-scatter.c draws:
 * ellipses at latent means, and a map behind the points.
 *
 * Coordinates of the scatter become places by x + unit p1, y - unit p2. */
#pragma once

#include <st-view.h>

typedef struct StViewPlane { double unit, x, y; } StViewPlane;

/* What is known of this column's metric; NULL where nothing is, or is asked for. */
const StPullback *st_view_pullback (const StView *view);
/* One whose plane a column's scatter shows now; and this column's, if ellipses are wanted; NULL. */
const StPullback *st_view_planar (const StView *view, guint column);
const StPullback *st_view_with_ellipses (const StView *view);
/* The one r of all columns' ellipses; 0 where this column has none. */
double st_view_ellipses_radius (const StView *view, StViewPlane plane);
/* Tells the keys what is drawn here. */
void st_view_pullback_key (StView *view);
void st_view_ellipses_key (StView *view);
/* Into the base, under everything. */
void st_view_pullback_map (StView *view, StViewPlane plane);
/* Into the overlay, under the points; and what is said of both, over them. */
void st_view_pullback_ellipses (StView *view, StViewPlane plane);
void st_view_pullback_notes (StView *view, StViewPlane plane);
/* ", mean cond(G) 1.3, median 1.2, …" */
void st_view_pullback_describe (const StView *view, GString *out);
/* What ellipses and maps are: sentences; caller frees.  "" where none are drawn. */
char *st_view_pullback_define (const StView *view);

/* Into the marks: what the decoder makes of the place under the pointer, in a corner. */
void st_view_decoded (StView *view, StViewPlane plane);

/* The path that is chosen, in st-view-paths.c: the same of lines over the scatter. */
void st_view_paths_key (StView *view);
void st_view_paths_lines (StView *view, StViewPlane plane);
void st_view_paths_describe (const StView *view, GString *out);

/* "1.3", "∞": three figures of a number; caller frees. */
char *st_view_three_figures (StNumbers numbers, double value);
/* ", mean cond(G) 1.3, median 1.2"; without a mean the singular points instead. */
void st_view_append_conditions (const StView *view, const StIsometryMeasures *measures,
                                GString *out);

/* Why there is nothing, of a column that is there: `map` where the latent is one, what `status`
 * says where that is a failure, else `otherwise`; caller frees.  NULL: there is no column. */
char *st_view_why_no_vectors (const StView *view, StStatus status, const char *map,
                              const char *otherwise);
