#include <st-class-legend.h>

#include <st-marker-image.h>
#include <st-number.h>
#include <st-style.h>
#include <st-words.h>

enum { CLASSES_MAX = 2 * ST_STYLE_CLASSES };

static GtkWidget *
make_name (const char *dataset, guint label)
{
  const char *known = st_words_class (dataset, (int) label);
  g_autofree char *name = known != NULL ? g_strdup (known) : g_strdup_printf ("%u", label);
  GtkWidget *widget = gtk_label_new (name);
  gtk_label_set_xalign (GTK_LABEL (widget), 0);
  gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_tooltip_text (widget, name);
  return widget;
}

static void
add_class (GtkGrid *grid, const char *dataset, guint label, guint count, guint position)
{
  GtkWidget *dot = st_marker_image_new ();
  g_autofree char *text = st_number_count (ST_NUMBERS_LOCALE, count);
  GtkWidget *number = gtk_label_new (text);
  int column = position % 2 * 3, row = (int) (position / 2);
  st_marker_image_set_class (ST_MARKER_IMAGE (dot), (int) label);
  gtk_widget_add_css_class (number, "numbers");
  gtk_widget_set_margin_end (number, column == 0 ? 6 : 0);
  gtk_grid_attach (grid, dot, column, row, 1, 1);
  gtk_grid_attach (grid, make_name (dataset, label), column + 1, row, 1, 1);
  gtk_grid_attach (grid, number, column + 2, row, 1, 1);
}

void
st_class_legend_fill (GtkGrid *grid, StSession *session)
{
  StImages *images = st_session_get_image_set (session);
  guint counts[CLASSES_MAX] = { 0 }, position = 0;
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
  for (guint i = 0; images != NULL && i < st_images_count (images); i++)
    {
      int label = st_images_label (images, i);
      if (label >= 0 && label < CLASSES_MAX)
        counts[label]++;
    }
  for (guint label = 0; label < CLASSES_MAX; label++)
    if (counts[label] > 0)
      add_class (grid, st_session_get_dataset (session), label, counts[label], position++);
}
