#include <st-figure-private.h>

#include <string.h>

static const StViewClass *const classes[ST_FIGURES] = {
  [ST_FIGURE_RECONSTRUCTIONS] = &st_view_reconstructions,
  [ST_FIGURE_DIFFERENCE] = &st_view_difference,
  [ST_FIGURE_CELLS] = &st_view_cells,
  [ST_FIGURE_SCATTER] = &st_view_scatter,
  [ST_FIGURE_SPECTRUM] = &st_view_spectrum,
  [ST_FIGURE_RIBBONS] = &st_view_ribbons,
  [ST_FIGURE_STRATA] = &st_view_strata,
  [ST_FIGURE_ANGLES] = &st_view_angles,
  [ST_FIGURE_PSNR] = &st_view_psnr,
  [ST_FIGURE_ISOMETRY] = &st_view_isometry,
  [ST_FIGURE_PATHS] = &st_view_paths,
  [ST_FIGURE_TRADEOFF] = &st_view_tradeoff_class,
  [ST_FIGURE_TRAVERSAL] = &st_view_traversal,
  [ST_FIGURE_DISTANCES] = &st_view_distances,
};

const StViewClass *
st_view_class (StFigureKind kind)
{
  return classes[kind];
}

const char *
st_figure_id (StFigureKind kind)
{
  return classes[kind]->id;
}

gboolean
st_figure_from_id (const char *id, StFigureKind *kind)
{
  for (guint i = 0; i < ST_FIGURES; i++)
    if (strcmp (classes[i]->id, id) == 0)
      {
        *kind = (StFigureKind) i;
        return TRUE;
      }
  return FALSE;
}

void
st_figure_axes (StFigureKind kind, StAxis axes[2])
{
  axes[0] = classes[kind]->axes[0];
  axes[1] = classes[kind]->axes[1];
}

const char *
st_figure_name (StFigureKind kind)
{
  return _(classes[kind]->name);
}

const char *
st_figure_definition (StFigureKind kind)
{
  return _(classes[kind]->definition);
}

static void
release_result (gpointer result)
{
  st_result_unref (result);
}

StFigure *
st_figure_alloc (void)
{
  StFigure *figure = g_new0 (StFigure, 1);
  figure->hits = g_array_new (FALSE, FALSE, sizeof (StFigureHit));
  figure->state = g_new0 (struct StFigureState, 1);
  g_atomic_ref_count_init (&figure->state->references);
  figure->state->key = g_byte_array_new ();
  figure->state->overlay_key = g_byte_array_new ();
  figure->state->seen = g_ptr_array_new_with_free_func (release_result);
  return figure;
}

StFigure *
st_figure_ref (StFigure *figure)
{
  g_atomic_ref_count_inc (&figure->state->references);
  return figure;
}

void
st_figure_unref (StFigure *figure)
{
  if (figure == NULL || !g_atomic_ref_count_dec (&figure->state->references))
    return;
  st_scene_unref (figure->base);
  st_scene_unref (figure->overlay);
  st_scene_unref (figure->marks);
  st_figure_unref (figure->state->inner);
  g_array_unref (figure->hits);
  g_byte_array_unref (figure->state->key);
  g_byte_array_unref (figure->state->overlay_key);
  st_frame_unref (figure->state->frame);
  g_ptr_array_unref (figure->state->seen);
  g_free (figure->state);
  g_free (figure);
}

void
st_view_init (StView *view, const StFigureRequest *request, StSummaries *summaries)
{
  *view = (StView) { .request = request, .style = request->style, .summaries = summaries };
  view->class = classes[request->kind];
  view->frame = request->frame;
  view->colour = st_style_model (request->style, request->model_index);
}

/* Everything of a request that any base may depend on, apart from results. */
static void
key_request (StView *view)
{
  const StFigureRequest *r = view->request;
  const double sizes[] = { r->width, r->height, r->gutter, r->stale_epoch };
  const gint64 flags[] = { r->kind, r->numbers, r->title, r->level_axis, r->model_index,
                           r->column, r->own_ticks, r->overlaid != NULL };
  st_view_key (view, &r->style, sizeof r->style);
  st_view_key (view, sizes, sizeof sizes);
  st_view_key (view, flags, sizeof flags);
  const guint64 serial = r->mask != NULL ? r->serial : 0;
  st_view_key (view, r->spans, sizeof r->spans);
  st_view_key (view, &serial, sizeof serial);
}

/* What any overlay may depend on besides. */
static void
key_overlay (StView *view, const StViewClass *class)
{
  const StFigureRequest *r = view->request;
  const gint64 image = class->follows == ST_VIEW_FOLLOWS_MARKED ? st_view_marked_image (view)
                       : class->follows == ST_VIEW_FOLLOWS_HIGHLIGHTED ? r->highlighted : -1;
  const gint64 flags[] = { r->sample, r->first_in_group, r->level_cursor, r->still, image };
  st_view_key_overlay (view, &r->frame, sizeof r->frame);
  st_view_key_overlay (view, &r->tolerance, sizeof r->tolerance);
  st_view_key_overlay (view, flags, sizeof flags);
}

static gboolean
equal_keys (const GByteArray *a, const GByteArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len) == 0;
}

static gboolean
base_holds (const StFigure *figure, const StFigure *previous)
{
  return previous != NULL && previous->base != NULL && previous->state->inner == NULL
         && equal_keys (figure->state->key, previous->state->key);
}

static gboolean
overlay_holds (const StFigure *figure, const StFigure *previous)
{
  return base_holds (figure, previous)
         && equal_keys (figure->state->overlay_key, previous->state->overlay_key);
}

/* The name sits nine above the body, as do the values at its right. */
static void
draw_title (StView *view, const char *title)
{
  if (!view->request->title)
    return;
  const StTextStyle style = { .size = 12, .weight = 600, .colour = view->style->text };
  const double y = view->body.y - 9;
  const double width = st_text_width (title, style.size, style.weight);
  const StRect knock = { view->body.x - 3, y - 12, width + 6, 16 };
  g_array_append_val (view->knocks, knock);
  if (view->base != NULL)
    st_scene_text (view->base, view->body.x, y, title, &style);
}

StRect
st_view_body (const StFigureRequest *request, const StViewClass *class)
{
  const double top = class->level_group ? ST_VIEW_GROUP_TITLE : ST_VIEW_TITLE;
  double bottom = class->foot ? ST_VIEW_FOOT : 0;
  if (class->level_group && request->level_axis)
    bottom = ST_VIEW_LEVEL_FOOT;
  return (StRect) { request->gutter, top, MAX (request->width - request->gutter, 1),
                    MAX (request->height - top - bottom, 1) };
}

const StViewClass *
st_view_drawer (const StView *view)
{
  const guint column = view->request->column;
  if (view->request->overlaid != NULL && view->frame != NULL && view->class->curve != NULL)
    return &st_view_overlaid;
  if (view->class->any_latent || view->frame == NULL || column >= view->frame->query.columns
      || view->frame->query.models[column] == NULL
      || st_kind_unfolds (st_model_spec (view->frame->query.models[column])->kind))
    return view->class;
  return &st_view_vector;
}

gboolean
st_view_any_unfolds (const StView *view)
{
  for (guint c = 0; c < view->frame->query.columns; c++)
    {
      const StModel *model = view->frame->query.models[c];
      if (model != NULL && st_kind_unfolds (st_model_spec (model)->kind))
        return TRUE;
    }
  return FALSE;
}

/* In the first column, words that stand in for a figure stand beside the tick labels of all
 * columns, so the figure's own axis is laid out. */
static gboolean
borrow_axis (StView *view, const StViewClass *class)
{
  if (class->ticks == NULL || !(view->request->gutter > 0) || !st_view_any_unfolds (view))
    return FALSE;
  StView own = *view;
  own.figure = st_figure_alloc ();   /* nothing of it can be pointed at */
  class->layout (&own);
  view->y = own.y;
  st_figure_unref (own.figure);
  return TRUE;
}

StFigure *
st_figure_plain (const StFigureRequest *request, StFigure *previous, StSummaries *summaries)
{
  const StViewClass *class = classes[request->kind];
  StFigure *figure = st_figure_alloc ();
  StView view;
  st_view_init (&view, request, summaries);
  view.figure = figure;
  view.key = figure->state->key;
  view.overlay_key = figure->state->overlay_key;
  view.seen = figure->state->seen;
  view.knocks = g_array_new (FALSE, FALSE, sizeof (StRect));
  view.body = st_view_body (request, class);
  figure->plot = view.body;

  key_request (&view);
  const StViewClass *drawer = st_view_drawer (&view);
  drawer->layout (&view);
  const gboolean borrowed = drawer == &st_view_vector && borrow_axis (&view, class);
  if (base_holds (figure, previous))
    figure->base = st_scene_ref (previous->base);
  else
    view.base = st_scene_builder_new (request->width, request->height);
  draw_title (&view, _(drawer == &st_view_overlaid ? class->curve->title : class->name));
  if (view.base != NULL)
    {
      drawer->base (&view);
      if (borrowed)
        class->ticks (&view);
      figure->base = st_scene_builder_end (view.base);
      view.base = NULL;
    }
  key_overlay (&view, drawer);
  figure->state->frame = request->frame != NULL ? st_frame_ref ((StFrame *) request->frame) : NULL;
  if (overlay_holds (figure, previous))
    figure->overlay = st_scene_ref (previous->overlay);
  else
    {
      view.overlay = st_scene_builder_new (request->width, request->height);
      drawer->overlay (&view);
      figure->overlay = st_scene_builder_end (view.overlay);
      view.overlay = NULL;
    }
  view.marks = st_scene_builder_new (request->width, request->height);
  if (drawer->marks != NULL)
    drawer->marks (&view);
  if (drawer->read != NULL && request->reads && request->frame != NULL)
    drawer->read (&view);
  figure->marks = st_scene_builder_end (view.marks);
  g_array_unref (view.knocks);
  return figure;
}

void
st_figure_natural_size (StFigureKind kind, double *width, double *height)
{
  *width = 560;
  *height = classes[kind]->height > 0 ? classes[kind]->height : 380;
}

StFigure *
st_figure_new (const StFigureRequest *request, StFigure *previous)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StSummaries *summaries = own != NULL ? own : request->summaries;
  StFigure *figure = request->caption ? st_figure_captioned (request, summaries)
                                      : st_figure_plain (request, previous, summaries);
  st_summaries_free (own);
  return figure;
}

gboolean
st_figure_can_overlay (StFigureKind kind)
{
  return classes[kind]->curve != NULL;
}

gboolean
st_figure_needs_map (StFigureKind kind)
{
  return !classes[kind]->any_latent;
}

gboolean
st_figure_can_read (StFigureKind kind)
{
  return classes[kind]->read != NULL;
}
