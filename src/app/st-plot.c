#include "st-plot-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <st-images.h>
#include <string.h>

enum {
  DESCRIPTION_MS = 250,   /* a screen reader is told at most four times a second */
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
  if (self->overlaid)
    return _("all models");
  return column != NULL ? st_column_get_title (column) : "";
}

static const char *
against_title (StPlot *self)
{
  const guint64 id = st_session_get_against_column (self->session);
  StColumn *column;
  for (guint i = 0; (column = st_session_get_shown_column (self->session, i)) != NULL; i++)
    if (st_column_get_id (column) == id)
      return st_column_get_title (column);
  return NULL;
}

/* NULL where the column is alone. */
static const StFigureModel *
collect_models (StPlot *self)
{
  StColumn *column;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      column = st_session_get_shown_column (self->session, i);
      self->models[i] = (StFigureModel) { "", 0 };
      if (column != NULL)
        self->models[i] = (StFigureModel) { st_column_get_title (column),
                                            st_column_get_place (column) };
    }
  return self->overlaid ? self->models : NULL;
}

StFigureRequest
st_plot_make_request (StPlot *self)
{
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  StFrame *frame = st_session_get_frame (self->session);
  StSelection *selection = st_session_get_selection (self->session);
  StZoom *zoom = st_session_get_zoom (self->session);
  StAxis axes[2];
  st_figure_axes (self->kind, axes);
  const guint64 id = column != NULL ? st_column_get_id (column) : 0;
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
    .embeddings = st_embeddings_get (st_session_get_embeddings (self->session)),
    .pullbacks = st_pullbacks_get (st_session_get_pullbacks (self->session)),
    .tradeoff = st_tradeoffs_get (st_session_get_tradeoffs (self->session)),
    .decoded = st_decoding_get (st_session_get_decoding (self->session)),
    .highlighted = st_session_get_selected (self->session),
    .against = st_session_get_against (self->session),
    .against_column = st_session_get_against_column (self->session),
    .against_title = against_title (self),
    .kept = st_session_get_kept (self->session),
    .reads = self->hovers && self->drag == ST_PLOT_DRAG_NONE,
    .pointer = { self->x, self->y },
    .pointed = (guint) (st_selection_get_pointed (selection) + 1),
    .mask = st_selection_get_mask (selection),
    .n_mask = st_selection_get_count (selection),
    .serial = st_selection_get_serial (selection),
    .spans = { st_zoom_get (zoom, id, axes[0]), st_zoom_get (zoom, id, axes[1]) },
    .own_ticks = !self->place.gutter && !st_zoom_get_linked (zoom),
    .model_title = model_title (self),
    .overlaid = collect_models (self),
    .model_index = column != NULL ? st_column_get_place (column) : 0,
  };
}

void
st_plot_refresh (StPlot *self)
{
  if (!self->stale && self->figure != NULL)
    return;
  StFigureRequest request = st_plot_make_request (self);
  StFigure *figure = st_figure_new (&request, self->figure);
  g_clear_pointer (&self->figure, st_figure_unref);
  self->figure = figure;
  self->stale = FALSE;
}

StScene *
st_plot_make_scene (StPlot *self)
{
  StFigureRequest request = st_plot_make_request (self);
  request.style = st_style (FALSE);
  request.numbers = ST_NUMBERS_C;
  request.pointed = 0;
  request.reads = FALSE;
  if (!gtk_widget_get_child_visible (GTK_WIDGET (self)))
    request.width = request.height = 0;   /* it may have kept an old one */
  request.width += self->place.gutter ? 0 : ST_FIGURE_GUTTER;
  /* The words above a figure can be higher than it is on the board: nothing of it would be left. */
  double width, height;
  st_figure_natural_size (self->kind, &width, &height);
  request.width = MAX (request.width, width);
  request.height = MAX (request.height, height);
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
  StFigureRequest request = st_plot_make_request (self);
  request.numbers = ST_NUMBERS_C;
  return st_figure_table (&request);
}

char *
st_plot_make_definition (StPlot *self)
{
  const StFigureRequest request = st_plot_make_request (self);
  return st_figure_define (&request);
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
  StFigureRequest request = st_plot_make_request (self);
  request.pointed = 0;   /* comes and goes with the pointer, which is not for ears */
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
st_plot_point (StPlot *self)
{
  self->stale = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
st_plot_set_overlaid (StPlot *self, gboolean overlaid)
{
  if (overlaid == self->overlaid)
    return;
  self->overlaid = overlaid;
  st_plot_update (self);
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

/* What the hand has drawn so far. */
static void
append_lasso (StPlot *self, GtkSnapshot *snapshot)
{
  const StStyle *style = st_style (is_dark ());
  const StPoint *points = (const StPoint *) (void *) self->lasso->data;
  StPen pen = st_pen (style->accent, 1);
  pen.on = pen.off = 3;
  StSceneBuilder *builder = st_scene_builder_new (gtk_widget_get_width (GTK_WIDGET (self)),
                                                  gtk_widget_get_height (GTK_WIDGET (self)));
  st_scene_polygon (builder, points, self->lasso->len, st_colour_alpha (style->accent, 0.12));
  st_scene_polyline (builder, points, self->lasso->len, pen);
  st_scene_line (builder, points[self->lasso->len - 1].x, points[self->lasso->len - 1].y,
                 points[0].x, points[0].y, pen);
  StScene *scene = st_scene_builder_end (builder);
  g_autoptr (GskRenderNode) node = paint_scene (self, scene);
  gtk_snapshot_append_node (snapshot, node);
  st_scene_unref (scene);
}

static void
st_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  StPlot *self = ST_PLOT (widget);
  st_plot_refresh (self);
  if (self->figure == NULL)
    return;
  append (self, snapshot, &self->base, self->figure->base);
  append (self, snapshot, &self->overlay, self->figure->overlay);
  append (self, snapshot, &self->marks, self->figure->marks);
  if (self->lasso != NULL && self->lasso->len > 1)
    append_lasso (self, snapshot);
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

static void
st_plot_dispose (GObject *object)
{
  StPlot *self = ST_PLOT (object);
  g_clear_handle_id (&self->description_timer, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->lasso, g_array_unref);
  g_clear_pointer (&self->figure, st_figure_unref);
  forget_all (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_plot_parent_class)->dispose (object);
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
  st_plot_bind_keys (widget_class);
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
  st_plot_add_gestures (self);
}

guint64
st_plot_get_column_id (StPlot *self)
{
  StColumn *column = st_session_get_shown_column (self->session, self->column);
  return column != NULL ? st_column_get_id (column) : 0;
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
