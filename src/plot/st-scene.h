/* A scene: an immutable flat list of primitives, sizes in points (pixels at
 * scale 1), y downward.  Painters (st-scene-cairo.h, st-scene-svg.h) walk it;
 * nothing in it knows a device.
 *
 * A builder collects primitives in a few growing blocks and turns into a scene.
 * A primitive with a coordinate that is not finite is left out, and a polyline is
 * cut there, so no such number ever reaches a file. */
#pragma once

#include <glib.h>

typedef struct StPoint { double x, y; } StPoint;
typedef struct StRect { double x, y, width, height; } StRect;
typedef struct StColour { float r, g, b, a; } StColour;

/* 0xrrggbb, opaque. */
StColour st_colour (guint32 rgb);
/* The same with another opacity. */
StColour st_colour_alpha (StColour colour, double alpha);
/* Each channel times `factor`, 0 to 1. */
StColour st_colour_shade (StColour colour, double factor);

typedef struct StScene StScene;
typedef struct StSceneBuilder StSceneBuilder;

StSceneBuilder *st_scene_builder_new (double width, double height);
/* Ends the builder and gives what it collected. */
StScene *st_scene_builder_end (StSceneBuilder *builder);

StScene *st_scene_ref (StScene *scene);
void st_scene_unref (StScene *scene);
double st_scene_width (const StScene *scene);
double st_scene_height (const StScene *scene);
/* What it is and what it shows, for the <title> and <desc> of a file; either may be NULL. */
void st_scene_set_words (StSceneBuilder *builder, const char *title, const char *description);

/* How a line is drawn; on and off are lengths of dashes, both 0 for none. */
typedef struct StPen
{
  StColour colour;
  double width, on, off;
} StPen;

static inline StPen
st_pen (StColour colour, double width)
{
  return (StPen) { .colour = colour, .width = width };
}

void st_scene_rect (StSceneBuilder *builder, StRect rect, double radius, StColour fill);
/* The outline, centred on the rectangle's edge. */
void st_scene_frame (StSceneBuilder *builder, StRect rect, double radius, StPen pen);
void st_scene_line (StSceneBuilder *builder, double x1, double y1, double x2, double y2, StPen pen);
void st_scene_polyline (StSceneBuilder *builder, const StPoint *points, gsize n, StPen pen);
void st_scene_polygon (StSceneBuilder *builder, const StPoint *points, gsize n, StColour fill);

typedef enum StMarker
{
  ST_MARKER_CIRCLE,
  ST_MARKER_TRIANGLE,
  ST_MARKER_SQUARE,
  ST_MARKER_DIAMOND,
  ST_MARKER_DOWN_TRIANGLE,
  ST_MARKER_PLUS,
  ST_MARKERS,
} StMarker;

/* A marker's shapes have about the area of the circle of the same radius.  A ring is a
 * circle without fill (alpha 0).  The halo is a wider stroke beneath. */
typedef struct StMarkerStyle
{
  StMarker shape;
  double radius;
  StColour fill;
  StPen outline;     /* width 0 for none */
  StPen halo;        /* width beyond the shape's edge; 0 for none */
} StMarkerStyle;

void st_scene_marker (StSceneBuilder *builder, double x, double y, const StMarkerStyle *style);

typedef enum StAlign { ST_ALIGN_LEFT, ST_ALIGN_CENTRE, ST_ALIGN_RIGHT } StAlign;

typedef struct StTextStyle
{
  double size;       /* pixels of the em */
  int weight;        /* 400, 500, 600, 700 */
  StAlign align;
  StColour colour;
  double width;      /* ends in an ellipsis if it is wider; 0 for no bound */
} StTextStyle;

/* A run of text on one line, y its baseline, figures tabular.  Returns its width. */
double st_scene_text (StSceneBuilder *builder, double x, double y, const char *text,
                      const StTextStyle *style);
/* The width of a run with the fonts of this machine. */
double st_text_width (const char *text, double size, int weight);

/* A picture scaled into a rectangle, pixels[height][width][channels] copied; channels 1 or 3.
 * smooth: interpolate, else show the pixels. */
void st_scene_image (StSceneBuilder *builder, StRect rect, guint width, guint height,
                     guint channels, const guint8 *pixels, gboolean smooth);

/* Until the matching st_scene_unclip() nothing is drawn outside the rectangle. */
void st_scene_clip (StSceneBuilder *builder, StRect rect);
void st_scene_unclip (StSceneBuilder *builder);

/* Another scene, moved; it is kept, not copied. */
void st_scene_add (StSceneBuilder *builder, StScene *scene, double x, double y);
