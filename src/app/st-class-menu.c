#include <st-class-menu.h>

#include <glib/gi18n.h>
#include <st-names.h>
#include <st-words.h>

enum { HEIGHT_MOST = 420 };

/* Of one button; freed with it. */
typedef struct Menu {
  StSession *session;
  GtkMenuButton *button;
  GtkWidget *label;        /* that stands before it */
  GtkLabel *chosen;        /* what the button says */
  GtkWidget *box;
  GPtrArray *checks;       /* of every class of the dataset, in the popover */
  gboolean following;      /* checks are being set from the session */
} Menu;

static void
menu_free (gpointer data)
{
  Menu *self = data;
  g_ptr_array_unref (self->checks);
  g_free (self);
}

/* ---- what hands choose ---- */

static void
check_toggled (Menu *self)
{
  StClasses classes = { 0 };
  gboolean all = TRUE;
  if (self->following)
    return;
  for (guint label = 0; label < self->checks->len; label++)
    {
      const gboolean wanted
        = gtk_check_button_get_active (GTK_CHECK_BUTTON (self->checks->pdata[label]));
      st_classes_set (&classes, label, wanted);
      all = all && wanted;
    }
  st_session_set_classes (self->session, all ? &(StClasses) { 0 } : &classes);
}

static void
all_clicked (Menu *self)
{
  st_session_set_classes (self->session, &(StClasses) { 0 });
  gtk_menu_button_popdown (self->button);
}

/* ---- what is shown ---- */

static void
follow_classes (Menu *self)
{
  const StClasses *classes = st_session_get_classes (self->session);
  const char *dataset = st_session_get_dataset (self->session);
  const gboolean all = st_classes_are_all (classes);
  g_autofree char *names = all ? g_strdup (_("All")) : st_name_classes (dataset, classes);
  self->following = TRUE;
  for (guint label = 0; label < self->checks->len; label++)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->checks->pdata[label]),
                                 all || st_classes_have (classes, label));
  self->following = FALSE;
  gtk_label_set_text (self->chosen, names);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               all ? _("Of Which Classes the Images Are That Are Shown and "
                                       "Trained On") : names);
}

static void
follow_dataset (Menu *self)
{
  const guint n = st_session_get_all_classes (self->session);
  const char *dataset = st_session_get_dataset (self->session);
  for (guint label = 0; label < self->checks->len; label++)
    gtk_box_remove (GTK_BOX (self->box), self->checks->pdata[label]);
  g_ptr_array_set_size (self->checks, 0);
  for (guint label = 0; label < n; label++)
    {
      const char *known = st_words_class (dataset, (int) label);
      g_autofree char *name = known != NULL ? g_strdup (known) : g_strdup_printf ("%u", label);
      GtkWidget *check = gtk_check_button_new_with_label (name);
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (check_toggled), self);
      gtk_box_append (GTK_BOX (self->box), check);
      g_ptr_array_add (self->checks, check);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->button), n > 1);
  gtk_widget_set_visible (self->label, n > 1);
  follow_classes (self);
}

static GtkWidget *
make_popover (Menu *self)
{
  GtkWidget *popover = gtk_popover_new (), *scrolled = gtk_scrolled_window_new ();
  GtkWidget *all = gtk_button_new_with_label (_("All Classes"));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_box_append (GTK_BOX (self->box), all);
  g_signal_connect_swapped (all, "clicked", G_CALLBACK (all_clicked), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), HEIGHT_MOST);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->box);
  gtk_popover_set_child (GTK_POPOVER (popover), scrolled);
  return popover;
}

static void
follow (Menu *self, const char *signal, GCallback callback)
{
  GClosure *closure = g_cclosure_new_swap (callback, self, NULL);
  g_object_watch_closure (G_OBJECT (self->button), closure);
  g_signal_connect_closure (self->session, signal, closure, FALSE);
}

void
st_class_menu_install (GtkMenuButton *button, GtkWidget *label, StSession *session)
{
  Menu *self = g_new0 (Menu, 1);
  GtkWidget *chosen = gtk_label_new (NULL);
  self->session = session;   /* the sidebar keeps it for longer than its button */
  self->button = button;
  self->label = label;
  self->chosen = GTK_LABEL (chosen);
  self->checks = g_ptr_array_new ();
  gtk_label_set_xalign (self->chosen, 0);
  gtk_label_set_ellipsize (self->chosen, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (chosen, TRUE);
  gtk_menu_button_set_child (button, chosen);
  gtk_menu_button_set_always_show_arrow (button, TRUE);
  /* As the drop-downs around it look: GTK centres words and arrow. */
  gtk_widget_set_halign (gtk_widget_get_parent (chosen), GTK_ALIGN_FILL);
  gtk_menu_button_set_popover (button, make_popover (self));
  g_object_set_data_full (G_OBJECT (button), "class-menu", self, menu_free);
  follow (self, "notify::dataset", G_CALLBACK (follow_dataset));
  follow (self, "notify::classes", G_CALLBACK (follow_classes));
  follow_dataset (self);
}
