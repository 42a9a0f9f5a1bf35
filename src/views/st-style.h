/* Colours, markers and measures of the figures, light and dark. */
#pragma once

#include <st-scene.h>

enum { ST_STYLE_MODELS = 6, ST_STYLE_CLASSES = 10 };

typedef struct StStyle
{
  gboolean dark;
  StColour paper, panel, side, header, text, dim, rule, ghost, accent;
  StColour models[ST_STYLE_MODELS];
  StColour classes[ST_STYLE_CLASSES];
  double ink, ink_share;   /* a cell's opacity: ink + ink_share * sqrt(share) */
} StStyle;

const StStyle *st_style (gboolean dark);
/* Colour, marker and dashes of a model by its column; more than ST_STYLE_MODELS begin anew. */
StColour st_style_model (const StStyle *style, guint model);
StMarker st_style_marker (guint model);
StPen st_style_curve (const StStyle *style, guint model, double width);
/* Marker with its paper halo, as in column heads, lists and at the playhead. */
StMarkerStyle st_style_model_marker (const StStyle *style, guint model, double radius);
/* A class by its label; dim grey for no label. */
StColour st_style_class (const StStyle *style, int label);
/* Its shape, for those to whom colours look alike: a circle for no label. */
StMarker st_style_class_marker (int label);
/* "#rrggbb" of a colour, for style sheets; caller frees. */
char *st_colour_hex (StColour colour);
