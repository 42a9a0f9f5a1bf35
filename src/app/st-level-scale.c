#include <st-level-scale.h>

#include <glib/gi18n.h>
#include <math.h>
#include <st-number.h>

struct _StLevelScale {
  StScrubScale parent_instance;
  StSession *session;
  StSummaries *summaries;
  gboolean following;   /* the value is being set from the session */
};

G_DEFINE_FINAL_TYPE (StLevelScale, st_level_scale, ST_TYPE_SCRUB_SCALE)

/* ---- value and level ---- */

static gboolean
is_square_root (StLevelScale *self)
{
  return st_perturb_square_root_scale (st_session_get_perturbation (self->session));
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
  gtk_range_set_value (GTK_RANGE (self), is_square_root (self) ? sqrt (level) : level);
  self->following = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Arrows move the level, not the slider's own value, by equal steps. */
static gboolean
step_level (GtkWidget *widget, GVariant *args, gpointer data)
{
  gtk_widget_activate_action_variant (widget, "win.step-level",
                                      g_variant_get_child_value (args, 0));
  return TRUE;
}

/* ---- drawing ---- */

static void
st_level_scale_describe (StScrubScale *scrub, StScale *scale)
{
  scale->kind = is_square_root (ST_LEVEL_SCALE (scrub)) ? ST_SCALE_SQUARE_ROOT : ST_SCALE_LINEAR;
  scale->low = 0;
  scale->high = 1;
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

/* The number of strata of the first model at each level; 0 where it is not known. */
static guint
count_strata (StLevelScale *self, const StFrame *frame, guint strata[ST_LEVELS_MAX])
{
  guint most = 1;
  for (guint i = 0; i < frame->query.levels; i++)
    {
      const StSummary *summary = st_summaries_get (
        self->summaries, frame->sweep[0][i], st_session_get_shown_tolerance (self->session));
      strata[i] = summary != NULL ? summary->strata : 0;
      most = MAX (most, strata[i]);
    }
  return most;
}

static void
draw_curve (StLevelScale *self, StSceneBuilder *builder, const StScale *scale,
            const StFrame *frame, StColour colour)
{
  guint strata[ST_LEVELS_MAX], n = 0, levels = frame->query.levels;
  guint most = count_strata (self, frame, strata);
  StPoint steps[2 * ST_LEVELS_MAX];

  for (guint i = 0; i <= levels; i++)
    {
      if (i == levels || strata[i] == 0)
        {
          st_scene_polyline (builder, steps, n, st_pen (colour, 1.25));
          n = 0;
          continue;
        }
      double from, to, share = most > 1 ? (strata[i] - 1.0) / (most - 1.0) : 0.5;
      double y = ST_SCRUB_CURVE_BOTTOM - (ST_SCRUB_CURVE_BOTTOM - ST_SCRUB_CURVE_TOP) * share;
      level_extent (frame, i, scale, &from, &to);
      steps[n++] = (StPoint) { from, y };
      steps[n++] = (StPoint) { to, y };
      if (i == 0)
        st_scrub_scale_draw_end (builder, FALSE, from, y, strata[i], colour);
      if (i + 1 == levels)
        st_scrub_scale_draw_end (builder, TRUE, to, y, strata[i], colour);
    }
}

static void
st_level_scale_draw (StScrubScale *scrub, StSceneBuilder *builder, const StScale *scale,
                     const StStyle *style)
{
  StLevelScale *self = ST_LEVEL_SCALE (scrub);
  const StFrame *frame = st_session_get_frame (self->session);
  StColumn *column = st_session_get_shown_column (self->session, 0);
  for (guint i = 0; frame != NULL && i < frame->query.levels; i++)
    {
      double from, to;
      level_extent (frame, i, scale, &from, &to);
      if (is_measured (frame, i))
        st_scrub_scale_draw_done (scrub, builder, from, to + 0.5, style);
    }
  /* A vector has no strata to count. */
  if (frame != NULL && column != NULL && frame->query.columns > 0 && frame->query.models[0] != NULL
      && st_kind_unfolds (st_model_spec (frame->query.models[0])->kind))
    draw_curve (self, builder, scale, frame, st_style_model (style, st_column_get_place (column)));
  st_scrub_scale_draw_ticks (builder, scale, 7, st_session_get_level (self->session), style);
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
  gtk_widget_class_add_binding (class, key, modifiers, step_level, "(d)", step);
  gtk_widget_class_add_binding (class, pad, modifiers, step_level, "(d)", step);
}

static void
st_level_scale_class_init (StLevelScaleClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  StScrubScaleClass *scrub_class = ST_SCRUB_SCALE_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_level_scale_dispose;
  scrub_class->describe = st_level_scale_describe;
  scrub_class->draw = st_level_scale_draw;

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
