#include <st-large-head.h>

#include <glib/gi18n.h>

struct _StLargeHead {
  GtkWidget parent_instance;
  GtkWidget *name, *definition, *choice;
};

G_DEFINE_FINAL_TYPE (StLargeHead, st_large_head, GTK_TYPE_WIDGET)

void
st_large_head_set (StLargeHead *self, StFigureKind figure, const char *definition)
{
  gtk_label_set_text (GTK_LABEL (self->name), st_figure_name (figure));
  gtk_label_set_text (GTK_LABEL (self->definition), definition);
  gtk_widget_set_tooltip_text (self->definition, definition);
  gtk_widget_set_visible (self->choice, st_figure_can_overlay (figure));
}

static GtkWidget *
add_toggle (GtkWidget *box, const char *label, const char *target)
{
  GtkWidget *toggle = gtk_toggle_button_new_with_label (label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (toggle), "win.large-layout");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (toggle), "s", target);
  gtk_box_append (GTK_BOX (box), toggle);
  return toggle;
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
st_large_head_dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (st_large_head_parent_class)->dispose (object);
}

static void
st_large_head_class_init (StLargeHeadClass *class)
{
  G_OBJECT_CLASS (class)->dispose = st_large_head_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "largehead");
}

static void
st_large_head_init (StLargeHead *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_hexpand (words, TRUE);
  self->name = make_label ("large-name");
  self->definition = make_label ("large-definition");
  gtk_box_append (GTK_BOX (words), self->name);
  gtk_box_append (GTK_BOX (words), self->definition);

  self->choice = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->choice, "linked");
  add_toggle (self->choice, _("Overlaid"), "overlaid");
  add_toggle (self->choice, _("Columns"), "columns");

  GtkWidget *back = gtk_button_new_from_icon_name ("view-restore-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.all-figures");
  gtk_widget_set_tooltip_text (back, _("All Figures (Esc)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("All Figures"), -1);
  GtkWidget *const parts[] = { words, self->choice, back };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      gtk_widget_set_valign (parts[i], GTK_ALIGN_CENTER);
      gtk_widget_set_parent (parts[i], GTK_WIDGET (self));
    }
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
}

GtkWidget *
st_large_head_new (void)
{
  return g_object_new (ST_TYPE_LARGE_HEAD, NULL);
}
