#include <st-class-legend.h>

#include <glib/gi18n.h>
#include <st-images.h>
#include <st-marker-image.h>
#include <st-number.h>
#include <st-style.h>
#include <st-words.h>
#include <string.h>

enum { CLASSES_MAX = 2 * ST_STYLE_CLASSES };

static gboolean
is_control_held (GtkWidget *widget)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (widget));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;
  return keyboard != NULL && (gdk_device_get_modifier_state (keyboard) & GDK_CONTROL_MASK) != 0;
}

/* Selects the class, or lets go of it where it is what is selected; with Ctrl adds it. */
static void
class_clicked (GtkButton *button, StSession *session)
{
  const int label = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "label"));
  StSelection *selection = st_session_get_selection (session);
  StImages *images = st_session_get_image_set (session);
  const guint n = st_selection_get_count (selection);
  const guint8 *before = st_selection_get_mask (selection);
  g_autofree guint8 *mask = g_new0 (guint8, MAX (n, 1));
  for (guint i = 0; i < MIN (n, st_images_count (images)); i++)
    mask[i] = st_images_label (images, i) == label;
  if (before != NULL && memcmp (before, mask, n) == 0)
    st_selection_clear (selection);
  else
    st_selection_take (selection, mask, is_control_held (GTK_WIDGET (button)) ? ST_SELECTION_ADD
                                                                  : ST_SELECTION_REPLACE);
}

static GtkWidget *
make_name (StSession *session, const char *dataset, guint label)
{
  const char *known = st_words_class (dataset, (int) label);
  g_autofree char *name = known != NULL ? g_strdup (known) : g_strdup_printf ("%u", label);
  GtkWidget *widget = gtk_label_new (name);
  gtk_label_set_xalign (GTK_LABEL (widget), 0);
  gtk_label_set_ellipsize (GTK_LABEL (widget), PANGO_ELLIPSIZE_END);
  GtkWidget *button = gtk_button_new ();
  g_autofree char *what = g_strdup_printf (_("Select %s; With Ctrl, Too"), name);
  gtk_button_set_child (GTK_BUTTON (button), widget);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "class");
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_tooltip_text (button, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data (G_OBJECT (button), "label", GINT_TO_POINTER ((int) label));
  g_signal_connect_object (button, "clicked", G_CALLBACK (class_clicked), session, 0);
  return button;
}

static void
add_class (GtkGrid *grid, StSession *session, const char *dataset, guint label, guint count,
           guint position)
{
  GtkWidget *dot = st_marker_image_new ();
  g_autofree char *text = st_number_count (ST_NUMBERS_LOCALE, count);
  GtkWidget *number = gtk_label_new (text);
  int column = position % 2 * 3, row = (int) (position / 2);
  st_marker_image_set_class (ST_MARKER_IMAGE (dot), (int) label);
  gtk_widget_add_css_class (number, "numbers");
  gtk_widget_set_margin_end (number, column == 0 ? 6 : 0);
  gtk_grid_attach (grid, dot, column, row, 1, 1);
  gtk_grid_attach (grid, make_name (session, dataset, label), column + 1, row, 1, 1);
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
      add_class (grid, session, st_session_get_dataset (session), label, counts[label], position++);
}
