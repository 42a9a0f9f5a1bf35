/* Private to views: the strata of the clean images and the present ones, the images that went from
 * one to the other, and where their bars and ribbons stand. */
#pragma once

#include <st-view.h>

/* Strata named on a side; the bar's width; from which width on numbers stand beside names; corners
 * of a ribbon. */
enum { ST_RIBBONS_NAMED = 12, ST_RIBBONS_BAR = 8, ST_RIBBONS_COUNTS_FROM = 230,
       ST_RIBBONS_CORNERS = 34 };

typedef struct StRibbonNode
{
  StTriple ranks;
  guint images, dimension;
  guint strata;                /* more than 1: the rest, taken together */
  double y, height;            /* of the bar */
  double used;                 /* of it, by ribbons drawn so far */
} StRibbonNode;

typedef struct StRibbonSide
{
  guint n, strata;
  StRibbonNode nodes[ST_RIBBONS_NAMED + 1];
  guint *of;                   /* node of each image */
  StTriple *triples;
} StRibbonSide;

typedef struct StRibbons
{
  guint images;                /* measured on both sides */
  StRibbonSide sides[2];
  guint flow[ST_RIBBONS_NAMED + 1][ST_RIBBONS_NAMED + 1];
  /* Of them, selected; all where nothing is. */
  guint picked[ST_RIBBONS_NAMED + 1][ST_RIBBONS_NAMED + 1];
  guint moved;
  double unit;                 /* the height of one image */
} StRibbons;

/* Counted and laid out; FALSE, and nothing to clear, where no ranks are known of both sides. */
gboolean st_ribbons_init (const StView *view, StRibbons *ribbons);
void st_ribbons_clear (StRibbons *ribbons);

/* dim S+(r,n) = nr - r(r-1)/2, added over the three factors. */
guint st_ribbons_dimension (const StResult *result, StTriple ranks);
gboolean st_ribbons_same (StTriple a, StTriple b);
/* The left edge of a side's bars. */
double st_ribbons_bar_x (const StView *view, guint side);
/* The middle of the ribbon from i to j where it meets a side's bar. */
double st_ribbons_middle (const StRibbons *ribbons, guint side, guint i, guint j);
/* From a height at the left bar to one at the right bar. */
void st_ribbons_outline (const StView *view, double from, double to, double height,
                         StPoint corners[ST_RIBBONS_CORNERS]);

/* st-ribbon-hands.c: what a hand finds.  Each image has its slice of both bars; a ribbon or a name
 * stands for all of its images. */
void st_ribbons_hits (StView *view);
void st_ribbons_read (StView *view);
void st_ribbons_brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n);
gboolean st_ribbons_pick (StView *view, gint64 image, StPoint at, guint8 *mask, guint n);
