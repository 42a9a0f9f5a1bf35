#include <st-scrubber-parts.h>

enum { NAME_WIDTH = 96 };

GtkWidget *
st_scrubber_make_names (const char *name, GtkWidget **caption)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  /* The slider has the name; a label of the same name would be heard twice. */
  GtkWidget *title = g_object_new (GTK_TYPE_LABEL, "label", name, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, "xalign", 0.0, NULL);
  gtk_widget_add_css_class (title, "scrubber-name");
  *caption = st_scrubber_make_line ("caption");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), *caption);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (box, FALSE);
  gtk_widget_set_size_request (box, NAME_WIDTH, -1);
  return box;
}

GtkWidget *
st_scrubber_make_right (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (box, ST_SCRUBBER_RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (box, FALSE);   /* all that is spare is the slider's */
  return box;
}

GtkWidget *
st_scrubber_make_line (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, css_class);
  return label;
}
