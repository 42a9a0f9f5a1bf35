#include <st-plot.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <st-images.h>
#include <st-scene-cairo.h>
#include <string.h>

enum {
  DESCRIPTION_MS = 250,   /* a screen reader is told at most four times a second */
  TOLERANCE_REACH = 7,    /* pixels around its line */
  UNSEEN_WIDTH = 480,
  UNSEEN_HEIGHT = 240,
};

/* A scene, and the node that it was painted into. */
typedef struct Painted {
  StScene *scene;
  GskRenderNode *node;
} Painted;

struct _StPlot {
  GtkWidget parent_instance;

  StSession *session;
  StSummaries *summaries;
  StSprites *sprites;
  StFigureKind kind;
  guint column;
  StPlotPlace place;

  StFigure *figure;
  gboolean stale;              /* the figure is older than what it should show */
  Painted base, overlay, marks;

  gboolean drags_tolerance;

  gboolean untold;             /* the description is older than the figure */
  guint description_timer;
  GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE (StPlot, st_plot, GTK_TYPE_WIDGET)

/* ---- the figure ---- */

static gboolean
is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

static const char *
model_title (StPlot *self)
{
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  return column != NULL ? st_column_get_title (column) : "";
}

static StFigureRequest
make_request (StPlot *self)
{
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  StFrame *frame = st_session_get_frame (self->session);
  return (StFigureRequest) {
    .kind = self->kind,
    .frame = frame != NULL && self->column < frame->query.columns ? frame : NULL,
    .stale_epoch = NAN,
    .column = self->column,
    .tolerance = st_session_get_shown_tolerance (self->session),
    .summaries = self->summaries,
    .style = st_style (is_dark ()),
    .numbers = ST_NUMBERS_LOCALE,
    .width = gtk_widget_get_width (GTK_WIDGET (self)),
    .height = gtk_widget_get_height (GTK_WIDGET (self)),
    .gutter = self->place.gutter ? ST_FIGURE_GUTTER : 0,
    .title = self->place.title,
    .level_axis = self->place.level_axis,
    .first_in_group = self->place.first_in_group,
    .level_cursor = TRUE,
    .highlighted = st_session_get_selected (self->session),
    .model_title = model_title (self),
    .model_index = column != NULL ? st_column_get_place (column) : 0,
  };
}

static void
refresh_figure (StPlot *self)
{
  if (!self->stale && self->figure != NULL)
    return;
  StFigureRequest request = make_request (self);
  StFigure *figure = st_figure_new (&request, self->figure);
  g_clear_pointer (&self->figure, st_figure_unref);
  self->figure = figure;
  self->stale = FALSE;
}

StScene *
st_plot_make_scene (StPlot *self)
{
  StFigureRequest request = make_request (self);
  request.style = st_style (FALSE);
  request.numbers = ST_NUMBERS_C;
  /* Not on the board, or only just: it has no size of its own. */
  if (!gtk_widget_get_child_visible (GTK_WIDGET (self)) || request.width < 1)
    {
      request.width = UNSEEN_WIDTH;
      request.height = UNSEEN_HEIGHT;
    }
  request.width += self->place.gutter ? 0 : ST_FIGURE_GUTTER;
  request.gutter = ST_FIGURE_GUTTER;
  request.title = TRUE;
  request.level_axis = TRUE;
  request.first_in_group = TRUE;
  request.caption = TRUE;
  g_autofree char *line = st_session_describe_images (self->session, ST_NUMBERS_C);
  request.dataset_line = line;
  g_autoptr (StFigure) figure = st_figure_new (&request, NULL);
  return st_figure_scene (figure, &request);
}

StTable *
st_plot_make_table (StPlot *self)
{
  StFigureRequest request = make_request (self);
  request.numbers = ST_NUMBERS_C;
  return st_figure_table (&request);
}

char *
st_plot_make_label (StPlot *self)
{
  return st_figure_label (self->kind, model_title (self));
}

char *
st_plot_make_file_name (StPlot *self)
{
  g_autofree char *title = g_ascii_strdown (model_title (self), -1);
  g_strcanon (title, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
  return g_strdup_printf ("%s-%s", st_figure_id (self->kind), title);
}

/* ---- words ---- */

static gboolean
tell (gpointer data)
{
  StPlot *self = data;
  if (!self->untold)
    {
      self->description_timer = 0;
      return G_SOURCE_REMOVE;
    }
  StFigureRequest request = make_request (self);
  g_autofree char *description = st_figure_description (&request);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description, -1);
  self->untold = FALSE;
  return G_SOURCE_CONTINUE;
}

static void
tell_soon (StPlot *self)
{
  self->untold = TRUE;
  if (self->description_timer != 0)
    return;
  tell (self);
  self->description_timer = g_timeout_add (DESCRIPTION_MS, tell, self);
}

void
st_plot_update (StPlot *self)
{
  g_autofree char *label = st_plot_make_label (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  self->stale = TRUE;
  tell_soon (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
st_plot_set_place (StPlot *self, StPlotPlace place)
{
  if (memcmp (&self->place, &place, sizeof place) == 0)
    return;
  self->place = place;
  st_plot_update (self);
}

/* ---- drawing ---- */

static GskRenderNode *
paint_scene (StPlot *self, StScene *scene)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (
    -ST_FIGURE_BLEED, -ST_FIGURE_BLEED,
    (float) gtk_widget_get_width (GTK_WIDGET (self)) + 2 * ST_FIGURE_BLEED,
    (float) gtk_widget_get_height (GTK_WIDGET (self)) + 2 * ST_FIGURE_BLEED);
  GskRenderNode *node = gsk_cairo_node_new (&bounds);
  cairo_t *cr = gsk_cairo_node_get_draw_context (node);
  st_scene_paint_on_screen (scene, cr, self->sprites,
                            (guint) gtk_widget_get_scale_factor (GTK_WIDGET (self)));
  cairo_destroy (cr);
  return node;
}

static void
forget (Painted *painted)
{
  g_clear_pointer (&painted->node, gsk_render_node_unref);
  g_clear_pointer (&painted->scene, st_scene_unref);
}

static void
forget_all (StPlot *self)
{
  forget (&self->base);
  forget (&self->overlay);
  forget (&self->marks);
}

/* Paints a scene unless that is what was painted last. */
static void
append (StPlot *self, GtkSnapshot *snapshot, Painted *painted, StScene *scene)
{
  if (painted->scene != scene || painted->node == NULL)
    {
      forget (painted);
      painted->scene = st_scene_ref (scene);
      painted->node = paint_scene (self, scene);
    }
  gtk_snapshot_append_node (snapshot, painted->node);
}

static void
st_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StPlot *self = ST_PLOT (widget);
  refresh_figure (self);
  if (self->figure == NULL)
    return;
  append (self, snapshot, &self->base, self->figure->base);
  append (self, snapshot, &self->overlay, self->figure->overlay);
  append (self, snapshot, &self->marks, self->figure->marks);
}

static void
st_plot_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StPlot *self = ST_PLOT (widget);
  self->stale = TRUE;
  forget_all (self);
  if (self->kind == ST_FIGURE_RECONSTRUCTIONS && self->place.gutter)
    st_session_set_visible (self->session,
                            st_figure_visible (width - ST_FIGURE_GUTTER));
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

/* ---- hands ---- */

static void
set_level_at (StPlot *self, double x)
{
  if (self->figure != NULL && self->figure->has_level)
    st_session_set_level (self->session, st_scale_value (&self->figure->level, x));
}

static gboolean
is_on_tolerance (StPlot *self, double y)
{
  if (self->figure == NULL || !self->figure->has_tolerance)
    return FALSE;
  double tolerance = st_session_get_tolerance (self->session);
  return fabs (y - st_scale_place (&self->figure->tolerance, tolerance)) <= TOLERANCE_REACH;
}

/* Whole decades, unless Shift is held. */
static void
set_tolerance_at (StPlot *self, double y, gboolean fine)
{
  double decade = log10 (st_scale_value (&self->figure->tolerance, y));
  st_session_set_tolerance (self->session, pow (10, fine ? decade : round (decade)));
}

/* A click on an image chooses it, one more lets go of it. */
static gboolean
click_image (StPlot *self, double x, double y, gboolean toggle)
{
  gint64 image = self->figure != NULL ? st_figure_image_at (self->figure, x, y) : -1;
  if (image < 0)
    return FALSE;
  gboolean again = toggle && image == st_session_get_selected (self->session);
  st_session_set_selected (self->session, again ? -1 : (int) image);
  return TRUE;
}

static void
drag_begin (GtkGestureDrag *drag, double x, double y, StPlot *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  refresh_figure (self);
  self->drags_tolerance = is_on_tolerance (self, y);
  if (!self->drags_tolerance && !click_image (self, x, y, TRUE))
    set_level_at (self, x);
}

static void
drag_update (GtkGestureDrag *drag, double dx, double dy, StPlot *self)
{
  double x, y;
  if (!gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  GdkModifierType state
    = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (drag));
  if (self->drags_tolerance)
    set_tolerance_at (self, y + dy, (state & GDK_SHIFT_MASK) != 0);
  else
    set_level_at (self, x + dx);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, StPlot *self)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self),
                                   is_on_tolerance (self, y) ? "ns-resize"
                                   : self->figure != NULL
                                       && st_figure_image_at (self->figure, x, y) >= 0
                                     ? "pointer" : NULL);
}

/* Along the images, on figures of images. */
static gboolean
step_image (StPlot *self, int step)
{
  StImages *images = st_session_get_image_set (self->session);
  if (images == NULL
      || (self->kind != ST_FIGURE_RECONSTRUCTIONS && self->kind != ST_FIGURE_CELLS
          && self->kind != ST_FIGURE_SCATTER))
    return FALSE;
  int last = (int) st_images_count (images) - 1;
  int wanted = st_session_get_selected (self->session) + step;
  st_session_set_selected (self->session, CLAMP (wanted, 0, last));
  return TRUE;
}

static gboolean
let_go (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  if (st_session_get_selected (self->session) < 0)
    return FALSE;
  st_session_set_selected (self->session, -1);
  return TRUE;
}

static gboolean
step_level (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  double step;
  g_variant_get (args, "(d)", &step);
  if ((step == 0.01 || step == -0.01) && step_image (self, step > 0 ? 1 : -1))
    return TRUE;
  if (self->figure == NULL || !self->figure->has_level)
    return FALSE;
  gtk_widget_activate_action_variant (widget, "win.step-level",
                                      g_variant_get_child_value (args, 0));
  return TRUE;
}

static gboolean
step_tolerance (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  double decades;
  if (self->figure == NULL || !self->figure->has_tolerance)
    return FALSE;
  g_variant_get (args, "(d)", &decades);
  st_session_set_tolerance (self->session,
                            st_session_get_tolerance (self->session) * pow (10, decades));
  return TRUE;
}

static void
show_menu (StPlot *self, double x, double y)
{
  if (self->menu == NULL)
    {
      g_autoptr (GMenu) model = g_menu_new ();
      g_menu_append (model, _("Copy Image"), "win.copy-image");
      g_menu_append (model, _("Copy Data"), "win.copy-data");
      g_menu_append (model, _("Export…"), "win.export");
      g_menu_append (model, _("What Is This?"), "win.explain");
      if (self->kind == ST_FIGURE_RECONSTRUCTIONS || self->kind == ST_FIGURE_STRATA
          || self->kind == ST_FIGURE_RIBBONS || self->kind == ST_FIGURE_SCATTER)
        g_menu_append (model, _("Why These Ranks?"), "win.why");
      self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (model));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
secondary_pressed (GtkGestureClick *click, int presses, double x, double y, StPlot *self)
{
  click_image (self, x, y, FALSE);
  show_menu (self, x, y);
}

static gboolean
menu_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  show_menu (ST_PLOT (widget), gtk_widget_get_width (widget) / 2.0,
             gtk_widget_get_height (widget) / 2.0);
  return TRUE;
}

static void
st_plot_dispose (GObject *object)
{
  StPlot *self = ST_PLOT (object);
  g_clear_handle_id (&self->description_timer, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->figure, st_figure_unref);
  forget_all (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_plot_parent_class)->dispose (object);
}

static void
bind (GtkWidgetClass *class, guint key, GdkModifierType modifiers, GtkShortcutFunc function,
      double step)
{
  gtk_widget_class_add_binding (class, key, modifiers, function, "(d)", step);
}

static void
st_plot_class_init (StPlotClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_plot_dispose;
  widget_class->snapshot = st_plot_snapshot;
  widget_class->size_allocate = st_plot_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "plot");
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, let_go, NULL);
  bind (widget_class, GDK_KEY_Left, 0, step_level, -0.01);
  bind (widget_class, GDK_KEY_Right, 0, step_level, 0.01);
  bind (widget_class, GDK_KEY_Left, GDK_SHIFT_MASK, step_level, -0.001);
  bind (widget_class, GDK_KEY_Right, GDK_SHIFT_MASK, step_level, 0.001);
  bind (widget_class, GDK_KEY_Page_Down, 0, step_level, -0.1);
  bind (widget_class, GDK_KEY_Page_Up, 0, step_level, 0.1);
  bind (widget_class, GDK_KEY_Home, 0, step_level, -1);
  bind (widget_class, GDK_KEY_Up, 0, step_tolerance, 1);
  bind (widget_class, GDK_KEY_Down, 0, step_tolerance, -1);
}

/* What is kept was painted for the screen that it was on. */
static void
scale_factor_changed (StPlot *self)
{
  forget_all (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
st_plot_init (StPlot *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (scale_factor_changed), NULL);

  GtkGesture *drag = gtk_gesture_drag_new ();
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));

  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  GtkGesture *click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (secondary_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
st_plot_new (StSession *session, StSummaries *summaries, StSprites *sprites, StFigureKind kind,
             guint column)
{
  StPlot *self = g_object_new (ST_TYPE_PLOT, NULL);
  self->session = g_object_ref (session);
  self->summaries = summaries;
  self->sprites = sprites;
  self->kind = kind;
  self->column = column;
  st_plot_update (self);
  return GTK_WIDGET (self);
}

StFigureKind
st_plot_get_kind (StPlot *self)
{
  return self->kind;
}

guint
st_plot_get_column (StPlot *self)
{
  return self->column;
}
