#include <st-scrub-scale.h>

#include <adwaita.h>
#include <math.h>
#include <st-number.h>
#include <st-scene-cairo.h>

enum { HEIGHT = 68, TROUGH = 5, KNOB = 18, TICKS_Y = 61, BESIDE = 40 };

G_DEFINE_ABSTRACT_TYPE (StScrubScale, st_scrub_scale, GTK_TYPE_SCALE)

static double
middle (StScrubScale *self)
{
  return gtk_widget_get_height (GTK_WIDGET (self)) / 2.0;
}

void
st_scrub_scale_draw_done (StScrubScale *self, StSceneBuilder *builder, double from, double to,
                          const StStyle *style)
{
  st_scene_rect (builder, (StRect) { from, middle (self) - TROUGH / 2.0, to - from, TROUGH }, 0,
                 style->ghost);
}

void
st_scrub_scale_draw_notch (StScrubScale *self, StSceneBuilder *builder, double x,
                           const StStyle *style)
{
  st_scene_rect (builder, (StRect) { x - 0.5, middle (self) - TROUGH / 2.0, 1, TROUGH }, 0,
                 style->side);
}

void
st_scrub_scale_draw_ticks (StSceneBuilder *builder, const StScale *scale, guint most, double now,
                           const StStyle *style)
{
  double ticks[ST_TICKS_MAX], here = st_scale_place (scale, now);
  guint n = st_scale_ticks (scale, most, ticks);
  g_autofree char *label = st_number_tick (ST_NUMBERS_LOCALE, round (now * 1000) / 1000);
  double half = st_text_width (label, 11, 600) / 2;
  for (guint i = 0; i < n; i++)
    {
      double x = st_scale_place (scale, ticks[i]);
      g_autofree char *text = st_number_tick (ST_NUMBERS_LOCALE, ticks[i]);
      if (fabs (x - here) > half + st_text_width (text, 11, 400) / 2 + 6)
        st_scene_text (builder, x, TICKS_Y, text,
                       &(StTextStyle) { .size = 11, .weight = 400, .align = ST_ALIGN_CENTRE,
                                        .colour = style->dim });
    }
  st_scene_text (builder, here, TICKS_Y, label,
                 &(StTextStyle) { .size = 11, .weight = 600, .align = ST_ALIGN_CENTRE,
                                  .colour = style->accent });
}

void
st_scrub_scale_draw_end (StSceneBuilder *builder, gboolean last, double x, double y, double value,
                         StColour colour)
{
  g_autofree char *text = st_number_fixed (ST_NUMBERS_LOCALE, value, 0);
  st_scene_text (builder, last ? x + 8 : x - 8, y + 4, text,
                 &(StTextStyle) { .size = 11, .weight = 500,
                                  .align = last ? ST_ALIGN_LEFT : ST_ALIGN_RIGHT,
                                  .colour = colour });
}

static void
st_scrub_scale_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StScrubScale *self = ST_SCRUB_SCALE (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const StStyle *style = st_style (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  GdkRectangle trough;
  StScale scale = { 0 };
  gtk_range_get_range_rect (GTK_RANGE (self), &trough);
  /* The knob's half, as ui/style.css has it: gtk_range_get_slider_range() mixes up its axes
   * in GTK 4.8. */
  scale.from = trough.x + KNOB / 2.0;
  scale.to = trough.x + trough.width - KNOB / 2.0;
  ST_SCRUB_SCALE_GET_CLASS (self)->describe (self, &scale);

  StSceneBuilder *builder = st_scene_builder_new (width, height);
  st_scene_rect (builder, (StRect) { scale.from - TROUGH, height / 2 - TROUGH / 2.0,
                                     scale.to - scale.from + 2 * TROUGH, TROUGH },
                 TROUGH / 2.0, style->rule);
  ST_SCRUB_SCALE_GET_CLASS (self)->draw (self, builder, &scale, style);
  StScene *scene = st_scene_builder_end (builder);
  cairo_t *cr = gtk_snapshot_append_cairo (
    snapshot,
    &GRAPHENE_RECT_INIT (-BESIDE, 0, (float) width + 2 * BESIDE, (float) height));
  st_scene_paint (scene, cr);
  cairo_destroy (cr);
  st_scene_unref (scene);
  GTK_WIDGET_CLASS (st_scrub_scale_parent_class)->snapshot (widget, snapshot);
}

static void
st_scrub_scale_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  GTK_WIDGET_CLASS (st_scrub_scale_parent_class)
    ->measure (widget, orientation, for_size, minimum, natural, minimum_baseline,
               natural_baseline);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = HEIGHT;
}

static void
st_scrub_scale_class_init (StScrubScaleClass *class)
{
  GTK_WIDGET_CLASS (class)->snapshot = st_scrub_scale_snapshot;
  GTK_WIDGET_CLASS (class)->measure = st_scrub_scale_measure;
}

static void
st_scrub_scale_init (StScrubScale *self)
{
  gtk_scale_set_draw_value (GTK_SCALE (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "scrub");
  gtk_range_set_round_digits (GTK_RANGE (self), -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
}
