#include <st-level-scale.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <st-number.h>
#include <st-scale.h>
#include <st-scene-cairo.h>
#include <st-style.h>

enum { HEIGHT = 68, TROUGH = 5, KNOB = 18, CURVE_TOP = 10, CURVE_BOTTOM = 22, TICKS_Y = 61 };

struct _StLevelScale {
  GtkScale parent_instance;
  StSession *session;
  StSummaries *summaries;
  gboolean following;   /* the value is being set from the session */
};

G_DEFINE_FINAL_TYPE (StLevelScale, st_level_scale, GTK_TYPE_SCALE)

/* ---- value and level ---- */

static gboolean
is_square_root (StLevelScale *self)
{
  return st_perturb_square_root_scale (st_session_get_perturbation (self->session));
}

static double
value_of_level (StLevelScale *self, double level)
{
  return is_square_root (self) ? sqrt (level) : level;
}

static void
value_changed (StLevelScale *self)
{
  double value = gtk_range_get_value (GTK_RANGE (self));
  if (!self->following)
    st_session_set_level (self->session, is_square_root (self) ? value * value : value);
}

static void
follow_level (StLevelScale *self)
{
  double level = st_session_get_level (self->session);
  g_autofree char *text = st_number_level (ST_NUMBERS_LOCALE, level);
  self->following = TRUE;
  gtk_range_set_value (GTK_RANGE (self), value_of_level (self, level));
  self->following = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Arrows move the level, not the slider's own value, by equal steps. */
static gboolean
step_level (GtkWidget *widget, GVariant *args, gpointer data)
{
  StLevelScale *self = ST_LEVEL_SCALE (widget);
  double level = st_session_get_level (self->session) + g_variant_get_double (args);
  /* Whole thousandths, so that going there and back ends where it began. */
  st_session_set_level (self->session, round (CLAMP (level, 0, 1) * 1000) / 1000);
  return TRUE;
}

/* ---- drawing ---- */

static StScale
level_scale (StLevelScale *self)
{
  GdkRectangle trough;
  gtk_range_get_range_rect (GTK_RANGE (self), &trough);
  /* The knob's half, as ui/style.css has it: gtk_range_get_slider_range() mixes up its axes
   * in GTK 4.8. */
  double half = KNOB / 2.0;
  return (StScale) {
    .kind = is_square_root (self) ? ST_SCALE_SQUARE_ROOT : ST_SCALE_LINEAR,
    .low = 0, .high = 1, .from = trough.x + half, .to = trough.x + trough.width - half,
  };
}

/* Half-way to the neighbours: what a measured level stands for on the trough. */
static void
level_extent (const StFrame *frame, guint i, const StScale *scale, double *from, double *to)
{
  double here = st_scale_place (scale, frame->query.grid[i]);
  double before = i > 0 ? st_scale_place (scale, frame->query.grid[i - 1]) : here;
  double after = i + 1 < frame->query.levels
                   ? st_scale_place (scale, frame->query.grid[i + 1]) : here;
  *from = (before + here) / 2;
  *to = (here + after) / 2;
}

static gboolean
is_measured (const StFrame *frame, guint level)
{
  for (guint i = 0; i < frame->query.columns; i++)
    if (frame->sweep[i][level] == NULL
        || frame->sweep[i][level]->weights != frame->query.weights[i])
      return FALSE;
  return frame->query.columns > 0;
}

static void
draw_trough (StLevelScale *self, StSceneBuilder *builder, const StScale *scale, double y,
             const StStyle *style)
{
  const StFrame *frame = st_session_get_frame (self->session);
  st_scene_rect (builder, (StRect) { scale->from - TROUGH, y - TROUGH / 2.0,
                                     scale->to - scale->from + 2 * TROUGH, TROUGH },
                 TROUGH / 2.0, style->rule);
  for (guint i = 0; frame != NULL && i < frame->query.levels; i++)
    {
      double from, to;
      level_extent (frame, i, scale, &from, &to);
      if (is_measured (frame, i))
        st_scene_rect (builder, (StRect) { from, y - TROUGH / 2.0, to - from + 0.5, TROUGH }, 0,
                       style->ghost);
    }
}

static void
write_end (StSceneBuilder *builder, double x, double y, StAlign align, guint value,
           StColour colour)
{
  g_autofree char *text = st_number_count (ST_NUMBERS_LOCALE, value);
  st_scene_text (builder, x, y, text,
                 &(StTextStyle) { .size = 11, .weight = 500, .align = align, .colour = colour });
}

/* The number of strata of the first model against the level, as steps. */
static void
draw_curve (StLevelScale *self, StSceneBuilder *builder, const StScale *scale,
            const StStyle *style)
{
  const StFrame *frame = st_session_get_frame (self->session);
  StColumn *column = st_session_get_shown_column (self->session, 0);
  if (frame == NULL || column == NULL || frame->query.columns == 0)
    return;

  guint strata[ST_LEVELS_MAX], most = 1, n = 0;
  StPoint steps[2 * ST_LEVELS_MAX];
  for (guint i = 0; i < frame->query.levels; i++)
    {
      const StSummary *summary = st_summaries_get (
        self->summaries, frame->sweep[0][i], st_session_get_tolerance (self->session));
      strata[i] = summary != NULL ? summary->strata : 0;
      most = MAX (most, strata[i]);
    }
  StColour colour = st_style_model (style, st_column_get_place (column));
  StPen pen = st_pen (colour, 1.25);
  guint first = G_MAXUINT, last = 0;
  for (guint i = 0; i <= frame->query.levels; i++)
    {
      if (i == frame->query.levels || strata[i] == 0)
        {
          st_scene_polyline (builder, steps, n, pen);
          n = 0;
          continue;
        }
      double from, to, y = CURVE_BOTTOM - (CURVE_BOTTOM - CURVE_TOP)
                                            * (most > 1 ? (strata[i] - 1.0) / (most - 1.0) : 0.5);
      level_extent (frame, i, scale, &from, &to);
      steps[n++] = (StPoint) { from, y };
      steps[n++] = (StPoint) { to, y };
      first = MIN (first, i);
      last = i;
    }
  if (first == 0)
    write_end (builder, scale->from - 8, CURVE_TOP + 4, ST_ALIGN_RIGHT, strata[0], colour);
  if (last + 1 == frame->query.levels)
    write_end (builder, scale->to + 8, CURVE_BOTTOM + 4, ST_ALIGN_LEFT, strata[last], colour);
}

static void
draw_ticks (StLevelScale *self, StSceneBuilder *builder, const StScale *scale,
            const StStyle *style)
{
  double ticks[ST_TICKS_MAX], level = st_session_get_level (self->session);
  double here = st_scale_place (scale, level);
  guint n = st_scale_ticks (scale, 7, ticks);
  g_autofree char *now = st_number_tick (ST_NUMBERS_LOCALE, round (level * 1000) / 1000);
  double half = st_text_width (now, 11, 600) / 2;
  for (guint i = 0; i < n; i++)
    {
      double x = st_scale_place (scale, ticks[i]);
      g_autofree char *text = st_number_tick (ST_NUMBERS_LOCALE, ticks[i]);
      if (fabs (x - here) > half + st_text_width (text, 11, 400) / 2 + 6)
        st_scene_text (builder, x, TICKS_Y, text,
                       &(StTextStyle) { .size = 11, .weight = 400, .align = ST_ALIGN_CENTRE,
                                        .colour = style->dim });
    }
  st_scene_text (builder, here, TICKS_Y, now,
                 &(StTextStyle) { .size = 11, .weight = 600, .align = ST_ALIGN_CENTRE,
                                  .colour = style->accent });
}

static void
st_level_scale_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StLevelScale *self = ST_LEVEL_SCALE (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const StStyle *style = st_style (dark);
  StScale scale = level_scale (self);

  StSceneBuilder *builder = st_scene_builder_new (width, height);
  draw_trough (self, builder, &scale, height / 2, style);
  draw_curve (self, builder, &scale, style);
  draw_ticks (self, builder, &scale, style);
  StScene *scene = st_scene_builder_end (builder);
  cairo_t *cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT (-40, 0, (float) width + 80, (float) height));
  st_scene_paint (scene, cr);
  cairo_destroy (cr);
  st_scene_unref (scene);
  GTK_WIDGET_CLASS (st_level_scale_parent_class)->snapshot (widget, snapshot);
}

static void
st_level_scale_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  GTK_WIDGET_CLASS (st_level_scale_parent_class)
    ->measure (widget, orientation, for_size, minimum, natural, minimum_baseline,
               natural_baseline);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = HEIGHT;
}

/* ---- object ---- */

static void
st_level_scale_dispose (GObject *object)
{
  g_clear_object (&ST_LEVEL_SCALE (object)->session);
  G_OBJECT_CLASS (st_level_scale_parent_class)->dispose (object);
}

static void
bind_step (GtkWidgetClass *class, guint key, guint pad, GdkModifierType modifiers, double step)
{
  gtk_widget_class_add_binding (class, key, modifiers, step_level, "d", step);
  gtk_widget_class_add_binding (class, pad, modifiers, step_level, "d", step);
}

static void
st_level_scale_class_init (StLevelScaleClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_level_scale_dispose;
  widget_class->snapshot = st_level_scale_snapshot;
  widget_class->measure = st_level_scale_measure;

  bind_step (widget_class, GDK_KEY_Left, GDK_KEY_KP_Left, 0, -0.01);
  bind_step (widget_class, GDK_KEY_Right, GDK_KEY_KP_Right, 0, 0.01);
  bind_step (widget_class, GDK_KEY_Down, GDK_KEY_KP_Down, 0, -0.01);
  bind_step (widget_class, GDK_KEY_Up, GDK_KEY_KP_Up, 0, 0.01);
  bind_step (widget_class, GDK_KEY_Left, GDK_KEY_KP_Left, GDK_SHIFT_MASK, -0.001);
  bind_step (widget_class, GDK_KEY_Right, GDK_KEY_KP_Right, GDK_SHIFT_MASK, 0.001);
  bind_step (widget_class, GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down, 0, -0.1);
  bind_step (widget_class, GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, 0, 0.1);
  bind_step (widget_class, GDK_KEY_Home, GDK_KEY_KP_Home, 0, -1);
  bind_step (widget_class, GDK_KEY_End, GDK_KEY_KP_End, 0, 1);
}

static void
st_level_scale_init (StLevelScale *self)
{
  gtk_scale_set_draw_value (GTK_SCALE (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "level");
  gtk_range_set_round_digits (GTK_RANGE (self), -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Distortion"), -1);
}

GtkWidget *
st_level_scale_new (StSession *session, StSummaries *summaries)
{
  StLevelScale *self = g_object_new (ST_TYPE_LEVEL_SCALE, NULL);
  self->session = g_object_ref (session);
  self->summaries = summaries;
  gtk_range_set_adjustment (GTK_RANGE (self), gtk_adjustment_new (0, 0, 1, 0.01, 0.1, 0));
  g_signal_connect (self, "value-changed", G_CALLBACK (value_changed), NULL);
  g_signal_connect_object (session, "notify::level", G_CALLBACK (follow_level), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::perturbation", G_CALLBACK (follow_level), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "frame", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  follow_level (self);
  return GTK_WIDGET (self);
}
