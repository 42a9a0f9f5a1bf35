#include <st-tray.h>

#include <glib/gi18n.h>
#include <st-card-view.h>
#include <st-images.h>

struct _StTray {
  GtkWidget parent_instance;
  StSession *session;
  GtkWidget *box;          /* of pins, in their order */
  gboolean slim;
};

G_DEFINE_FINAL_TYPE (StTray, st_tray, GTK_TYPE_WIDGET)

typedef struct Pin { StSession *session; guint image; GtkWidget *card; } Pin;

static void
unpin (GtkButton *button, Pin *pin)
{
  st_selection_set_pinned (st_session_get_selection (pin->session), pin->image, FALSE);
}

static void
choose (GtkButton *button, Pin *pin)
{
  const gboolean again = st_session_get_selected (pin->session) == (int) pin->image;
  st_session_set_selected (pin->session, again ? -1 : (int) pin->image);
}

static void
point (GtkEventControllerMotion *motion, double x, double y, Pin *pin)
{
  st_selection_point (st_session_get_selection (pin->session), (int) pin->image);
}

static void
leave (GtkEventControllerMotion *motion, Pin *pin)
{
  st_selection_point (st_session_get_selection (pin->session), -1);
}

static GtkWidget *
make_unpin (StTray *self, Pin *pin)
{
  StImages *images = st_session_get_image_set (self->session);
  g_autofree char *name = g_strdup_printf (_("Unpin Image %u"),
                                           st_images_index (images, pin->image));
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (unpin), pin);
  return button;
}

/* A card that is pressed to choose its image. */
static GtkWidget *
make_pin (StTray *self, guint image)
{
  Pin *pin = g_new0 (Pin, 1);
  pin->session = self->session;   /* the tray keeps it for longer than its pins */
  pin->image = image;
  StImages *images = st_session_get_image_set (self->session);
  g_autofree char *name = g_strdup_printf (_("Choose Image %u"), st_images_index (images, image));
  GtkWidget *card = st_card_view_new (self->session, TRUE);
  pin->card = card;
  st_card_view_set_slim (ST_CARD_VIEW (card), self->slim);
  st_card_view_set_image (ST_CARD_VIEW (card), (int) image);
  GtkWidget *button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (button), card);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "pin");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (choose), pin);

  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "enter", G_CALLBACK (point), pin);
  g_signal_connect (motion, "leave", G_CALLBACK (leave), pin);
  gtk_widget_add_controller (button, motion);

  GtkWidget *overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (overlay), button);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), make_unpin (self, pin));
  g_object_set_data_full (G_OBJECT (overlay), "pin", pin, g_free);
  return overlay;
}

static const Pin *
pin_of (GtkWidget *child)
{
  return g_object_get_data (G_OBJECT (child), "pin");
}

static guint
image_of (GtkWidget *child)
{
  return pin_of (child)->image;
}

/* Those that stay keep their widgets, and the focus with them. */
static void
follow_pins (StTray *self)
{
  StSelection *selection = st_session_get_selection (self->session);
  GtkWidget *child = gtk_widget_get_first_child (self->box);
  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);
      if (!st_selection_is_pinned (selection, image_of (child)))
        gtk_box_remove (GTK_BOX (self->box), child);
      child = next;
    }
  child = gtk_widget_get_first_child (self->box);
  for (guint i = 0; i < st_selection_get_pins (selection); i++)
    {
      const guint image = st_selection_get_pin (selection, i);
      if (child != NULL && image_of (child) == image)
        child = gtk_widget_get_next_sibling (child);
      else
        gtk_box_append (GTK_BOX (self->box), make_pin (self, image));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), st_selection_get_pins (selection) > 0);
}

static void
st_tray_dispose (GObject *object)
{
  StTray *self = ST_TRAY (object);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_tray_parent_class)->dispose (object);
}

static void
st_tray_class_init (StTrayClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_tray_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "tray");
}

static void
st_tray_init (StTray *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Pinned Images"), -1);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->box);
  gtk_widget_set_parent (scrolled, GTK_WIDGET (self));
}

GtkWidget *
st_tray_new (StSession *session)
{
  StTray *self = g_object_new (ST_TYPE_TRAY, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (st_session_get_selection (session), "pins", G_CALLBACK (follow_pins),
                           self, G_CONNECT_SWAPPED);
  follow_pins (self);
  return GTK_WIDGET (self);
}

void
st_tray_set_slim (StTray *self, gboolean slim)
{
  if (slim == self->slim)
    return;
  self->slim = slim;
  for (GtkWidget *child = gtk_widget_get_first_child (self->box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    st_card_view_set_slim (ST_CARD_VIEW (pin_of (child)->card), slim);
}
