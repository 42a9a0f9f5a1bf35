/* What a scene is made of: for the painters of this layer and for tests. */
#pragma once

#include <st-scene.h>

typedef enum StItemKind
{
  ST_ITEM_RECT,
  ST_ITEM_FRAME,
  ST_ITEM_POLYLINE,
  ST_ITEM_POLYGON,
  ST_ITEM_MARKER,
  ST_ITEM_TEXT,
  ST_ITEM_IMAGE,
  ST_ITEM_CLIP,
  ST_ITEM_UNCLIP,
  ST_ITEM_SCENE,
} StItemKind;

typedef struct StItem
{
  StItemKind kind;
  union
  {
    struct { StRect rect; double radius; StColour fill; StPen pen; } box;
    struct { gsize first, n; StColour fill; StPen pen; } path;
    struct { double x, y; guint style; } marker;
    struct { double x, y; const char *text; StTextStyle style; } text;
    struct { StRect rect; guint width, height, channels; gboolean smooth; gsize first; } image;
    StRect clip;
    struct { StScene *scene; double x, y; } scene;
  };
} StItem;

struct StScene
{
  gatomicrefcount references;
  double width, height;
  GArray *items;          /* StItem */
  GArray *points;         /* StPoint, of all paths */
  GArray *markers;        /* StMarkerStyle, that items name by number */
  GByteArray *pixels;     /* of all images */
  GStringChunk *strings;
  char *title, *description;
};

/* Corners of a marker's shape around 0, 0; returns how many, 0 for the circle. */
enum { ST_MARKER_CORNERS = 12 };
guint st_marker_corners (StMarker shape, double radius, StPoint corners[ST_MARKER_CORNERS]);
/* Field by field: padding would make equal styles differ. */
gboolean st_marker_styles_equal (const StMarkerStyle *a, const StMarkerStyle *b);
