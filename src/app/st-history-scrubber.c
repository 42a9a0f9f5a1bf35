#include <st-history-scrubber.h>

#include <glib/gi18n.h>
#include <st-history-scale.h>
#include <st-number.h>
#include <st-scrubber-parts.h>

struct _StHistoryScrubber {
  GtkWidget parent_instance;
  StSession *session;
  GtkWidget *curve_name, *entry, *latest, *line, *losses;
  gboolean following;   /* controls are being set from the run */
};

G_DEFINE_FINAL_TYPE (StHistoryScrubber, st_history_scrubber, GTK_TYPE_WIDGET)

static void
entry_changed (StHistoryScrubber *self)
{
  StRun *run = st_session_get_run (self->session);
  if (!self->following && run != NULL)
    st_run_show_epoch (run, gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->entry)));
}

static void
latest_toggled (StHistoryScrubber *self)
{
  StRun *run = st_session_get_run (self->session);
  if (!self->following && run != NULL)
    st_run_follow (run, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->latest)));
}

/* "3,016 images/s, 6 s left" */
static char *
describe_progress (StRun *run)
{
  const StTrainingReport *report = st_run_get_report (run, 0);
  if (report == NULL || report->images_per_second <= 0)
    return g_strdup ("");
  g_autofree char *rate = st_number_count (ST_NUMBERS_LOCALE,
                                           (guint64) report->images_per_second);
  if (st_run_get_state (run) == ST_RUN_RUNNING)
    {
      g_autofree char *left = st_number_count (ST_NUMBERS_LOCALE,
                                               (guint64) (report->seconds_left + 0.5));
      return g_strdup_printf (_("%s images/s, %s s left"), rate, left);
    }
  return g_strdup_printf (_("%s images/s"), rate);
}

/* "loss 269.6: rebuilt 238.2, KL 157.2", and ", isometry 0.523" where that is trained too: means
 * over the images of the epoch so far. */
static char *
describe_losses (StRun *run, guint i)
{
  const StTrainingReport *report = st_run_get_report (run, i);
  if (report == NULL || report->progress.batch == 0)
    return g_strdup ("");
  g_autofree char *loss = st_number_fixed (ST_NUMBERS_LOCALE, report->progress.loss, 1);
  g_autofree char *rebuilt = st_number_fixed (ST_NUMBERS_LOCALE, report->progress.reconstruction,
                                              1);
  g_autofree char *kl = st_number_fixed (ST_NUMBERS_LOCALE, report->progress.kl, 1);
  g_autofree char *isometry = st_number_fixed (ST_NUMBERS_LOCALE, report->progress.isometry, 3);
  gboolean has_isometry = report->progress.isometry > 0;
  if (!st_kind_samples (st_model_spec (report->model)->kind))
    return has_isometry ? g_strdup_printf (_("loss %s: rebuilt %s, isometry %s"), loss, rebuilt,
                                           isometry)
                        : g_strdup_printf (_("loss %s"), loss);
  if (has_isometry)
    return g_strdup_printf (_("loss %s: rebuilt %s, KL %s, isometry %s"), loss, rebuilt, kl,
                            isometry);
  return g_strdup_printf (_("loss %s: rebuilt %s, KL %s"), loss, rebuilt, kl);
}

/* All models' terms, for the tooltip. */
static char *
list_losses (StRun *run)
{
  g_autoptr (GString) text = g_string_new (_("Means over the images of this epoch, as trained"));
  for (guint i = 0; i < st_run_get_columns (run); i++)
    {
      g_autofree char *losses = describe_losses (run, i);
      g_string_append_printf (text, "\n%s: %s", st_column_get_title (st_run_get_column (run, i)),
                              losses);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
follow_run (StHistoryScrubber *self)
{
  StRun *run = st_session_get_run (self->session);
  gtk_widget_set_visible (GTK_WIDGET (self), run != NULL);
  if (run == NULL)
    return;
  g_autofree char *name = g_strdup_printf (
    _("loss, %s"), st_column_get_title (st_run_get_column (run, 0)));
  g_autofree char *line = describe_progress (run);
  g_autofree char *losses = describe_losses (run, 0);
  g_autofree char *all = list_losses (run);
  self->following = TRUE;
  gtk_spin_button_set_range (GTK_SPIN_BUTTON (self->entry), 0, st_run_get_epochs (run));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->entry), st_run_get_epoch (run));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->latest), st_run_is_following (run));
  gtk_label_set_text (GTK_LABEL (self->curve_name), name);
  gtk_label_set_text (GTK_LABEL (self->line), line);
  gtk_label_set_text (GTK_LABEL (self->losses), losses);
  gtk_widget_set_tooltip_text (self->losses, all);
  self->following = FALSE;
}

static GtkWidget *
make_right (StHistoryScrubber *self)
{
  GtkWidget *box = st_scrubber_make_right ();
  gtk_box_set_spacing (GTK_BOX (box), 1);
  GtkWidget *controls = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->entry = gtk_spin_button_new_with_range (0, 5, 0.1);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->entry), 1);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Epoch"), -1);
  self->latest = gtk_toggle_button_new_with_label (_("Latest"));
  gtk_widget_set_tooltip_text (self->latest, _("Follow the newest weights"));
  g_signal_connect_swapped (self->entry, "value-changed", G_CALLBACK (entry_changed), self);
  g_signal_connect_swapped (self->latest, "toggled", G_CALLBACK (latest_toggled), self);
  gtk_box_append (GTK_BOX (controls), self->entry);
  gtk_box_append (GTK_BOX (controls), self->latest);
  self->line = st_scrubber_make_line ("caption");
  gtk_box_append (GTK_BOX (box), controls);
  gtk_box_append (GTK_BOX (box), self->line);
  self->losses = st_scrubber_make_line ("caption");
  gtk_box_append (GTK_BOX (box), self->losses);
  return box;
}

static void
st_history_scrubber_dispose (GObject *object)
{
  StHistoryScrubber *self = ST_HISTORY_SCRUBBER (object);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_history_scrubber_parent_class)->dispose (object);
}

static void
st_history_scrubber_class_init (StHistoryScrubberClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_history_scrubber_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "scrubber");
}

static void
st_history_scrubber_init (StHistoryScrubber *self)
{
}

GtkWidget *
st_history_scrubber_new (StSession *session)
{
  StHistoryScrubber *self = g_object_new (ST_TYPE_HISTORY_SCRUBBER, NULL);
  self->session = g_object_ref (session);
  gtk_box_layout_set_spacing (
    GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 16);
  gtk_widget_set_parent (st_scrubber_make_names (_("History"), &self->curve_name),
                         GTK_WIDGET (self));
  gtk_widget_set_parent (st_history_scale_new (session), GTK_WIDGET (self));
  gtk_widget_set_parent (make_right (self), GTK_WIDGET (self));
  g_signal_connect_object (session, "training", G_CALLBACK (follow_run), self, G_CONNECT_SWAPPED);
  follow_run (self);
  return GTK_WIDGET (self);
}
