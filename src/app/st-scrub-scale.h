/* A slider that is drawn by the program: a trough that shows what is there already, a thin curve
 * above it, ticks below.  Subclasses draw what theirs means. */
#pragma once

#include <gtk/gtk.h>
#include <st-scale.h>
#include <st-scene.h>
#include <st-style.h>

#define ST_TYPE_SCRUB_SCALE (st_scrub_scale_get_type ())
G_DECLARE_DERIVABLE_TYPE (StScrubScale, st_scrub_scale, ST, SCRUB_SCALE, GtkScale)

enum { ST_SCRUB_CURVE_TOP = 10, ST_SCRUB_CURVE_BOTTOM = 22 };

struct _StScrubScaleClass {
  GtkScaleClass parent_class;
  /* The scale whose `from` and `to` are where the knob's middle goes: kind, low and high are the
   * subclass's. */
  void (*describe) (StScrubScale *self, StScale *scale);
  void (*draw) (StScrubScale *self, StSceneBuilder *builder, const StScale *scale,
                const StStyle *style);
};

/* For draw(): a part of the trough, by places, as measured; a mark across it. */
void st_scrub_scale_draw_done (StScrubScale *self, StSceneBuilder *builder, double from, double to,
                               const StStyle *style);
void st_scrub_scale_draw_notch (StScrubScale *self, StSceneBuilder *builder, double x,
                                const StStyle *style);
/* Tick labels, and `now` at its own place, in front of those that it would cover. */
void st_scrub_scale_draw_ticks (StSceneBuilder *builder, const StScale *scale, guint most,
                                double now, const StStyle *style);
/* The first (left) or last value of the curve, beside its end. */
void st_scrub_scale_draw_end (StSceneBuilder *builder, gboolean last, double x, double y,
                              double value, StColour colour);
