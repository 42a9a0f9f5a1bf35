/* Private to views: a strip of images, each a column of small pictures over each other. */
#pragma once

#include <st-view.h>

/* How many images are drawn: what fits, if there are as many; and the one in a place. */
guint st_strip_count (const StView *view);
guint st_strip_image (const StView *view, guint place);
/* The place of a picture. */
StRect st_strip_rect (const StView *view, guint place, guint row);
/* Where the line of words below `rows` pictures stands. */
double st_strip_baseline (const StView *view, guint rows);

/* Sets the figure's plot and the places that stand for images. */
void st_strip_layout (StView *view, guint rows);
/* names[rows] in the gutter, and that of the line below. */
void st_strip_names (StView *view, guint rows, const char *const *names, const char *below);
/* A frame that waits for its picture. */
void st_strip_waiting (StView *view, StRect rect);
/* Covers an image that is not selected. */
void st_strip_cover (StView *view, guint place, guint rows);
/* A frame around the marked image, into the marks. */
void st_strip_mark (StView *view);
