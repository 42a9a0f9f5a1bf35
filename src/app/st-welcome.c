#include <st-welcome.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <st-scene-cairo.h>
#include <st-style.h>

enum { SIDE = 112, GAP = 40, CAPTION = 24 };

struct _StWelcome {
  GtkWidget parent_instance;
  StSession *session;
  GtkWidget *picture, *title, *text;
};

G_DEFINE_FINAL_TYPE (StWelcome, st_welcome, GTK_TYPE_WIDGET)

/* ---- clean, shown, and the frame that a model fills ---- */

static void
draw_image (StSceneBuilder *builder, double x, StShape shape, const float *pixels)
{
  gsize n = (gsize) shape.height * shape.width;
  g_autofree guint8 *bytes = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) (CLAMP (pixels[i], 0.0f, 1.0f) * 255.0f + 0.5f);
  st_scene_image (builder, (StRect) { x, 0, SIDE, SIDE }, shape.width, shape.height, 1, bytes,
                  FALSE);
}

static void
draw_caption (StSceneBuilder *builder, guint place, const char *text, const StStyle *style)
{
  st_scene_text (builder, place * (SIDE + GAP) + SIDE / 2.0, SIDE + 18, text,
                 &(StTextStyle) { .size = 12, .weight = 400, .align = ST_ALIGN_CENTRE,
                                  .colour = style->dim });
  if (place > 0)
    st_scene_text (builder, place * (SIDE + GAP) - GAP / 2.0, SIDE / 2.0 + 6, "→",
                   &(StTextStyle) { .size = 20, .weight = 400, .align = ST_ALIGN_CENTRE,
                                    .colour = style->dim });
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  StWelcome *self = data;
  StImages *images = st_session_get_image_set (self->session);
  const StStyle *style = st_style (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  double frame = 2 * (SIDE + GAP);
  StSceneBuilder *builder = st_scene_builder_new (width, height);

  if (images != NULL)
    {
      StShape shape = st_images_shape (images);
      g_autofree float *shown = g_new (float, st_shape_size (shape));
      draw_image (builder, 0, shape, st_images_clean (images, 0, shown));
      st_images_perturbed (images, 0, st_session_get_level (self->session), shown);
      draw_image (builder, SIDE + GAP, shape, shown);
    }
  st_scene_frame (builder, (StRect) { frame + 1, 1, SIDE - 2, SIDE - 2 }, 0,
                  (StPen) { .colour = style->ghost, .width = 1.5, .on = 5, .off = 4 });
  draw_caption (builder, 0, _("clean"), style);
  draw_caption (builder, 1, _("shown"), style);
  draw_caption (builder, 2, _("rebuilt"), style);
  StScene *scene = st_scene_builder_end (builder);
  st_scene_paint (scene, cr);
  st_scene_unref (scene);
}

static void
redraw (StWelcome *self)
{
  gtk_widget_queue_draw (self->picture);
}

/* Nothing is shown where nothing is open, and where all that is open is hidden. */
static void
follow_columns (StWelcome *self)
{
  gboolean hidden = g_list_model_get_n_items (st_session_get_columns (self->session)) > 0;
  gtk_label_set_text (GTK_LABEL (self->title),
                      hidden ? _("All models are hidden") : _("No model open"));
  gtk_label_set_text (GTK_LABEL (self->text),
                      hidden ? _("The eye beside a model's name, under Models, shows it again.")
                             : _("The images are loaded and the distortion slider already works "
                                 "on them.\nA model fills the third frame, and the latent space "
                                 "behind it."));
}

/* ---- object ---- */

static GtkWidget *
make_button (const char *label, const char *action, const char *css)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "pill");
  if (css != NULL)
    gtk_widget_add_css_class (button, css);
  return button;
}

static void
st_welcome_dispose (GObject *object)
{
  StWelcome *self = ST_WELCOME (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
  if (child != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_welcome_parent_class)->dispose (object);
}

static void
st_welcome_class_init (StWelcomeClass *class)
{
  G_OBJECT_CLASS (class)->dispose = st_welcome_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
st_welcome_init (StWelcome *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->title = gtk_label_new (NULL);
  self->text = gtk_label_new (NULL);
  self->picture = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->picture), 3 * SIDE + 2 * GAP);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->picture), SIDE + CAPTION);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->picture), draw, self, NULL);
  gtk_widget_set_halign (self->picture, GTK_ALIGN_CENTER);
  gtk_label_set_justify (GTK_LABEL (self->text), GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_widget_add_css_class (self->text, "dim-label");
  gtk_widget_add_css_class (self->title, "title");
  gtk_widget_add_css_class (GTK_WIDGET (self), "welcome");
  gtk_box_append (GTK_BOX (buttons), make_button (_("Show the Shipped Models"),
                                                  "win.show-shipped", "suggested-action"));
  gtk_box_append (GTK_BOX (buttons), make_button (_("Open a Model…"), "win.open-model", NULL));
  GtkWidget *train = make_button (_("Train a CAE"), "win.train-kind", NULL);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (train), "s", "cae");
  gtk_box_append (GTK_BOX (buttons), train);
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->picture);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->text);
  gtk_box_append (GTK_BOX (box), buttons);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

GtkWidget *
st_welcome_new (StSession *session)
{
  StWelcome *self = g_object_new (ST_TYPE_WELCOME, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::level", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "frame", G_CALLBACK (redraw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "columns", G_CALLBACK (follow_columns), self,
                           G_CONNECT_SWAPPED);
  follow_columns (self);
  return GTK_WIDGET (self);
}
