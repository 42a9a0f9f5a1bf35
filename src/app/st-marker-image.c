#include <st-marker-image.h>

#include <adwaita.h>
#include <st-scene-cairo.h>
#include <st-style.h>

enum { SIDE = 14, RADIUS = 5, CLASS_RADIUS = 4 };

struct _StMarkerImage {
  GtkWidget parent_instance;
  guint place;
  gboolean is_class;
  int label;
};

G_DEFINE_FINAL_TYPE (StMarkerImage, st_marker_image, GTK_TYPE_WIDGET)

static void
st_marker_image_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                         int *minimum, int *natural, int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = *natural = SIDE;
}

static void
st_marker_image_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StMarkerImage *self = ST_MARKER_IMAGE (widget);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  StMarkerStyle style = st_style_model_marker (st_style (dark), self->place, RADIUS);
  style.halo.width = 0;
  if (self->is_class)
    {
      StColour colour = st_style_class (st_style (dark), self->label);
      style = (StMarkerStyle) { .shape = st_style_class_marker (self->label),
                                .radius = CLASS_RADIUS, .fill = colour };
      if (!dark)
        style.outline = st_pen (st_colour_shade (colour, 0.62), 0.7);
    }
  StSceneBuilder *builder = st_scene_builder_new (SIDE, SIDE);
  st_scene_marker (builder, SIDE / 2.0, gtk_widget_get_height (widget) / 2.0, &style);
  StScene *scene = st_scene_builder_end (builder);
  cairo_t *cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT (0, 0, SIDE, (float) gtk_widget_get_height (widget)));
  st_scene_paint (scene, cr);
  cairo_destroy (cr);
  st_scene_unref (scene);
}

static void
st_marker_image_class_init (StMarkerImageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  widget_class->measure = st_marker_image_measure;
  widget_class->snapshot = st_marker_image_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
st_marker_image_init (StMarkerImage *self)
{
}

GtkWidget *
st_marker_image_new (void)
{
  return g_object_new (ST_TYPE_MARKER_IMAGE, NULL);
}

void
st_marker_image_set (StMarkerImage *self, guint place)
{
  self->place = place;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
st_marker_image_set_class (StMarkerImage *self, int label)
{
  self->is_class = TRUE;
  self->label = label;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
