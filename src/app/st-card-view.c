#include <st-card-view.h>

#include <adwaita.h>
#include <math.h>
#include <st-card.h>
#include <st-images.h>
#include <st-scene-cairo.h>

struct _StCardView {
  GtkWidget parent_instance;
  StSession *session;
  int image;
  gboolean compact, slim;
  StScene *scene;          /* NULL without an image */
  GBytes *kept[ST_COLUMNS_MAX];    /* what models rebuilt of it last, and whose it is */
  guint64 kept_of[ST_COLUMNS_MAX];
  StImages *kept_from;     /* NULL where nothing is kept */
};

G_DEFINE_FINAL_TYPE (StCardView, st_card_view, GTK_TYPE_WIDGET)

static void
forget_pictures (StCardView *self)
{
  for (guint c = 0; c < ST_COLUMNS_MAX; c++)
    g_clear_pointer (&self->kept[c], g_bytes_unref);
  g_clear_pointer (&self->kept_from, st_images_unref);
}

/* The image of that number is another one, perhaps of another size, where images are others. */
static void
keep_from (StCardView *self, StImages *images)
{
  if (images == self->kept_from)
    return;
  if (images == NULL || self->kept_from == NULL || !st_images_same_clean (images, self->kept_from))
    forget_pictures (self);
  st_images_unref (self->kept_from);
  self->kept_from = images != NULL ? st_images_ref (images) : NULL;
}

/* While a hand moves, or Play does, frames come that have not come to this image. */
static void
keep_pictures (StCardView *self, StCardRequest *request)
{
  if (self->image < 0 || request->frame == NULL)
    return;
  const StLiveQuery *query = &request->frame->query;
  keep_from (self, query->images);
  for (guint c = 0; c < query->columns; c++)
    {
      const guint8 *picture = st_card_picture (request, c);
      if (self->kept_of[c] != query->ids[c] || picture != NULL)
        g_clear_pointer (&self->kept[c], g_bytes_unref);
      self->kept_of[c] = query->ids[c];
      if (picture != NULL)
        self->kept[c] = g_bytes_new (picture, st_shape_size (st_images_shape (query->images)));
      request->kept[c] = self->kept[c] != NULL ? g_bytes_get_data (self->kept[c], NULL) : NULL;
    }
}

static StCardRequest
make_request (StCardView *self)
{
  StFrame *frame = st_session_get_frame (self->session);
  StCardRequest request = {
    .frame = self->image >= 0 ? frame : NULL,
    .image = (guint) MAX (self->image, 0),
    .tolerance = st_session_get_tolerance (self->session),
    .dataset = st_session_get_dataset (self->session),
    .style = st_style (adw_style_manager_get_dark (adw_style_manager_get_default ())),
    .numbers = ST_NUMBERS_LOCALE,
    .compact = self->compact,
    .slim = self->slim };
  for (guint i = 0; frame != NULL && i < frame->query.columns; i++)
    {
      StColumn *column = st_session_get_shown_column (self->session, i);
      request.titles[i] = column != NULL ? st_column_get_title (column) : "";
      request.places[i] = column != NULL ? st_column_get_place (column) : 0;
    }
  return request;
}

static void
update (StCardView *self)
{
  StCardRequest request = make_request (self);
  keep_pictures (self, &request);
  StScene *scene = st_card_scene (&request);
  const gboolean resized
    = (scene == NULL) != (self->scene == NULL)
      || (scene != NULL && (st_scene_width (scene) != st_scene_width (self->scene)
                            || st_scene_height (scene) != st_scene_height (self->scene)));
  g_clear_pointer (&self->scene, st_scene_unref);
  self->scene = scene;
  if (resized)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (scene == NULL)
    return;
  g_autofree char *label = st_card_label (&request);
  g_autofree char *description = st_card_description (&request);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static void
frame_came (StCardView *self)
{
  if (self->image >= 0)
    update (self);
}

void
st_card_view_set_image (StCardView *self, int image)
{
  if (image == self->image)
    return;
  self->image = image;
  forget_pictures (self);
  update (self);
}

void
st_card_view_set_slim (StCardView *self, gboolean slim)
{
  if (slim == self->slim)
    return;
  self->slim = slim;
  update (self);
}

int
st_card_view_get_image (StCardView *self)
{
  return self->image;
}

static void
st_card_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StCardView *self = ST_CARD_VIEW (widget);
  if (self->scene == NULL)
    return;
  cairo_t *cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                   (float) gtk_widget_get_height (widget)));
  st_scene_paint (self->scene, cr);
  cairo_destroy (cr);
}

static void
st_card_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  StCardView *self = ST_CARD_VIEW (widget);
  double size = 0;
  if (self->scene != NULL)
    size = orientation == GTK_ORIENTATION_HORIZONTAL ? st_scene_width (self->scene)
                                                     : st_scene_height (self->scene);
  *minimum = *natural = (int) ceil (size);
}

static void
st_card_view_dispose (GObject *object)
{
  StCardView *self = ST_CARD_VIEW (object);
  g_clear_pointer (&self->scene, st_scene_unref);
  forget_pictures (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_card_view_parent_class)->dispose (object);
}

static void
st_card_view_class_init (StCardViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_card_view_dispose;
  widget_class->snapshot = st_card_view_snapshot;
  widget_class->measure = st_card_view_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "imagecard");
}

static void
st_card_view_init (StCardView *self)
{
  self->image = -1;
}

GtkWidget *
st_card_view_new (StSession *session, gboolean compact)
{
  StCardView *self = g_object_new (ST_TYPE_CARD_VIEW, NULL);
  self->session = g_object_ref (session);
  self->compact = compact;
  g_signal_connect_object (session, "frame", G_CALLBACK (frame_came), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (frame_came), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
