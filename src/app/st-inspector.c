#include <st-inspector.h>

#include <st-card-view.h>

enum {
  REST_MS = 350,   /* a pointer on its way asks for nothing */
  AWAY = 24,       /* pixels between the pointer and the card */
  EDGE = 6,
};

struct _StInspector {
  GtkWidget parent_instance;
  StSession *session;
  GtkWidget *child, *card;
  double x, y;             /* of the pointer */
  guint timer;
};

G_DEFINE_FINAL_TYPE (StInspector, st_inspector, GTK_TYPE_WIDGET)

/* ---- when ---- */

static void
show (StInspector *self)
{
  StSelection *selection = st_session_get_selection (self->session);
  st_card_view_set_image (ST_CARD_VIEW (self->card), st_selection_get_pointed (selection));
  gtk_widget_set_visible (self->card, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static gboolean
rested (gpointer data)
{
  StInspector *self = data;
  self->timer = 0;
  show (self);
  return G_SOURCE_REMOVE;
}

/* From one image to the next it goes along at once. */
static void
follow_pointed (StInspector *self)
{
  StSelection *selection = st_session_get_selection (self->session);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (st_selection_get_pointed (selection) < 0)
    {
      gtk_widget_set_visible (self->card, FALSE);
      st_card_view_set_image (ST_CARD_VIEW (self->card), -1);   /* or each frame would draw it */
    }
  else if (gtk_widget_get_visible (self->card))
    show (self);
  else
    self->timer = g_timeout_add (REST_MS, rested, self);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, StInspector *self)
{
  self->x = x;
  self->y = y;
}

/* ---- where ---- */

/* Behind the place where there is room, else before it, and inside in any case. */
static int
beside (double at, int length, int room)
{
  double place = at + AWAY;
  if (place + length + EDGE > room)
    place = at - AWAY - length;
  return (int) CLAMP (place, EDGE, MAX (room - length - EDGE, EDGE));
}

static void
st_inspector_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StInspector *self = ST_INSPECTOR (widget);
  int least, card_width, card_height;
  gtk_widget_size_allocate (self->child, &(GtkAllocation) { 0, 0, width, height }, -1);
  if (!gtk_widget_get_visible (self->card))
    return;
  gtk_widget_measure (self->card, GTK_ORIENTATION_HORIZONTAL, -1, &least, &card_width, NULL, NULL);
  gtk_widget_measure (self->card, GTK_ORIENTATION_VERTICAL, -1, &least, &card_height, NULL, NULL);
  gtk_widget_size_allocate (self->card,
                            &(GtkAllocation) { beside (self->x, card_width, width),
                                               beside (self->y, card_height, height), card_width,
                                               card_height },
                            -1);
}

static void
st_inspector_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  StInspector *self = ST_INSPECTOR (widget);
  gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
}

/* ---- object ---- */

static void
st_inspector_dispose (GObject *object)
{
  StInspector *self = ST_INSPECTOR (object);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_inspector_parent_class)->dispose (object);
}

static void
st_inspector_class_init (StInspectorClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_inspector_dispose;
  widget_class->size_allocate = st_inspector_size_allocate;
  widget_class->measure = st_inspector_measure;
}

static void
st_inspector_init (StInspector *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
st_inspector_new (StSession *session, GtkWidget *child)
{
  StInspector *self = g_object_new (ST_TYPE_INSPECTOR, NULL);
  self->session = g_object_ref (session);
  self->child = child;
  gtk_widget_set_parent (child, GTK_WIDGET (self));
  self->card = st_card_view_new (session, FALSE);
  gtk_widget_add_css_class (self->card, "floating");
  gtk_widget_set_can_target (self->card, FALSE);
  gtk_widget_set_visible (self->card, FALSE);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
  g_signal_connect_object (st_session_get_selection (session), "pointed",
                           G_CALLBACK (follow_pointed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
