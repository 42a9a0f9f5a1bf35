#include <st-scrubber.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <st-level-scale.h>
#include <st-scrubber-parts.h>

struct _StScrubber {
  GtkWidget parent_instance;
  StSession *session;
  GtkWidget *curve_name, *entry, *status;
  gboolean following;
};

G_DEFINE_FINAL_TYPE (StScrubber, st_scrubber, GTK_TYPE_WIDGET)

static void
entry_changed (StScrubber *self)
{
  if (!self->following)
    st_session_set_level (self->session, gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->entry)));
}

static void
follow_level (StScrubber *self)
{
  self->following = TRUE;
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->entry), st_session_get_level (self->session));
  self->following = FALSE;
}

static void
follow_status (StScrubber *self)
{
  const char *status = st_session_get_status (self->session);
  gtk_label_set_text (GTK_LABEL (self->status), status);
  gtk_widget_set_tooltip_text (self->status, status);
}

static void
follow_columns (StScrubber *self)
{
  StColumn *column = st_session_get_shown_column (self->session, 0);
  gboolean unfolds = column != NULL
                     && st_kind_unfolds (st_model_spec (st_column_get_model (column))->kind);
  g_autofree char *name = unfolds
                            ? g_strdup_printf (_("strata, %s"), st_column_get_title (column))
                            : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->curve_name), name);
}

static GtkWidget *
make_right (StScrubber *self)
{
  GtkWidget *box = st_scrubber_make_right ();
  /* However wide a sentence is, the slider beside it keeps its place. */
  GtkWidget *clamp = g_object_new (ADW_TYPE_CLAMP, "child", box, "maximum-size",
                                   ST_SCRUBBER_RIGHT_WIDTH, "tightening-threshold",
                                   ST_SCRUBBER_RIGHT_WIDTH, "hexpand", FALSE, "valign",
                                   GTK_ALIGN_START, NULL);
  self->entry = gtk_spin_button_new_with_range (0, 1, 0.01);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (self->entry), 3);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Level"), -1);
  g_signal_connect_swapped (self->entry, "value-changed", G_CALLBACK (entry_changed), self);
  GtkWidget *play = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (play), "media-playback-start-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (play), "win.play");
  gtk_widget_set_tooltip_text (play, _("Play the Distortion Up and Down (F5)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (play), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Play"), -1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_box_append (GTK_BOX (line), self->entry);
  gtk_box_append (GTK_BOX (line), play);
  gtk_box_append (GTK_BOX (box), line);

  GtkWidget *group = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                                   NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (group), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Status"), -1);
  /* Two lines, below an entry that does not move for them; of a longer sentence a toast has the
   * whole. */
  self->status = st_scrubber_make_line ("status");
  gtk_label_set_wrap (GTK_LABEL (self->status), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->status), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->status), 2);
  gtk_label_set_yalign (GTK_LABEL (self->status), 0);
  gtk_box_append (GTK_BOX (group), self->status);
  gtk_box_append (GTK_BOX (box), group);
  return clamp;
}

static void
st_scrubber_dispose (GObject *object)
{
  StScrubber *self = ST_SCRUBBER (object);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_scrubber_parent_class)->dispose (object);
}

static void
st_scrubber_class_init (StScrubberClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_scrubber_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "scrubber");
}

static void
st_scrubber_init (StScrubber *self)
{
}

GtkWidget *
st_scrubber_new (StSession *session, StSummaries *summaries)
{
  StScrubber *self = g_object_new (ST_TYPE_SCRUBBER, NULL);
  self->session = g_object_ref (session);
  gtk_box_layout_set_spacing (
    GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 16);
  gtk_widget_set_parent (st_scrubber_make_names (_("Distortion"), &self->curve_name),
                         GTK_WIDGET (self));
  gtk_widget_set_parent (st_level_scale_new (session, summaries), GTK_WIDGET (self));
  gtk_widget_set_parent (make_right (self), GTK_WIDGET (self));

  g_signal_connect_object (session, "notify::level", G_CALLBACK (follow_level), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::status", G_CALLBACK (follow_status), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "columns", G_CALLBACK (follow_columns), self,
                           G_CONNECT_SWAPPED);
  follow_level (self);
  follow_status (self);
  follow_columns (self);
  return GTK_WIDGET (self);
}
