#include <st-history-scale.h>

#include <glib/gi18n.h>
#include <math.h>

struct _StHistoryScale {
  StScrubScale parent_instance;
  StSession *session;
  gboolean following;   /* the value is being set from the run */
};

G_DEFINE_FINAL_TYPE (StHistoryScale, st_history_scale, ST_TYPE_SCRUB_SCALE)

static void
value_changed (StHistoryScale *self)
{
  StRun *run = st_session_get_run (self->session);
  if (!self->following && run != NULL)
    st_run_show_epoch (run, gtk_range_get_value (GTK_RANGE (self)));
}

static void
follow_run (StHistoryScale *self)
{
  StRun *run = st_session_get_run (self->session);
  if (run == NULL)
    return;
  double epoch = st_run_get_epoch (run);
  g_autofree char *text = g_strdup_printf (_("epoch %.1f of %u"), epoch,
                                           st_run_get_epochs (run));
  self->following = TRUE;
  gtk_range_set_range (GTK_RANGE (self), 0, st_run_get_epochs (run));
  gtk_range_set_value (GTK_RANGE (self), epoch);
  self->following = FALSE;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- drawing ---- */

static void
st_history_scale_describe (StScrubScale *scrub, StScale *scale)
{
  StRun *run = st_session_get_run (ST_HISTORY_SCALE (scrub)->session);
  scale->kind = ST_SCALE_LINEAR;
  scale->low = 0;
  scale->high = run != NULL ? st_run_get_epochs (run) : 1;
}

static void
draw_curve (StSceneBuilder *builder, const StScale *scale, const StHistory *history,
            StColour colour)
{
  StPoint points[ST_CURVE_MAX];
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (guint i = 0; i < history->points; i++)
    {
      low = MIN (low, history->point[i].loss);
      high = MAX (high, history->point[i].loss);
    }
  for (guint i = 0; i < history->points; i++)
    {
      double share = high > low ? (history->point[i].loss - low) / (high - low) : 0.5;
      points[i].x = st_scale_place (scale, history->point[i].epoch);
      points[i].y = ST_SCRUB_CURVE_BOTTOM - (ST_SCRUB_CURVE_BOTTOM - ST_SCRUB_CURVE_TOP) * share;
    }
  st_scene_polyline (builder, points, history->points, st_pen (colour, 1.25));
  if (history->points == 0)
    return;
  const StPoint *last = &points[history->points - 1];
  st_scrub_scale_draw_end (builder, FALSE, scale->from, points[0].y,
                           history->point[0].loss, colour);
  st_scrub_scale_draw_end (builder, TRUE, last->x, last->y,
                           history->point[history->points - 1].loss, colour);
}

static void
st_history_scale_draw (StScrubScale *scrub, StSceneBuilder *builder, const StScale *scale,
                       const StStyle *style)
{
  StRun *run = st_session_get_run (ST_HISTORY_SCALE (scrub)->session);
  const StTrainingReport *report = run != NULL ? st_run_get_report (run, 0) : NULL;
  if (report == NULL)
    return;
  guint place = st_column_get_place (st_run_get_column (run, 0));
  st_scrub_scale_draw_done (scrub, builder, scale->from, st_scale_place (scale, report->epoch),
                            style);
  for (guint i = 0; i < report->history.moments; i++)
    st_scrub_scale_draw_notch (scrub, builder,
                               st_scale_place (scale, report->history.moment[i].epoch), style);
  draw_curve (builder, scale, &report->history, st_style_model (style, place));
  st_scrub_scale_draw_ticks (builder, scale, 7, round (st_run_get_epoch (run) * 10) / 10, style);
}

/* ---- object ---- */

static void
st_history_scale_dispose (GObject *object)
{
  g_clear_object (&ST_HISTORY_SCALE (object)->session);
  G_OBJECT_CLASS (st_history_scale_parent_class)->dispose (object);
}

static void
st_history_scale_class_init (StHistoryScaleClass *class)
{
  StScrubScaleClass *scrub_class = ST_SCRUB_SCALE_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_history_scale_dispose;
  scrub_class->describe = st_history_scale_describe;
  scrub_class->draw = st_history_scale_draw;
}

static void
st_history_scale_init (StHistoryScale *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("History"), -1);
}

GtkWidget *
st_history_scale_new (StSession *session)
{
  StHistoryScale *self = g_object_new (ST_TYPE_HISTORY_SCALE, NULL);
  self->session = g_object_ref (session);
  gtk_range_set_adjustment (GTK_RANGE (self), gtk_adjustment_new (0, 0, 5, 0.1, 1, 0));
  g_signal_connect (self, "value-changed", G_CALLBACK (value_changed), NULL);
  g_signal_connect_object (session, "training", G_CALLBACK (follow_run), self, G_CONNECT_SWAPPED);
  follow_run (self);
  return GTK_WIDGET (self);
}
