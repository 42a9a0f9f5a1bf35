/* Labels in Trade-off, which keep clear of markers and of each other. */
#include <st-view-tradeoff.h>

/* Boxes that labels keep clear of. */
enum { BOXES_MAX = 80 };
typedef struct Boxes {
  StRect box[BOXES_MAX];
  guint n;
} Boxes;

#define TEXT 10.5

static gboolean
is_free (const Boxes *boxes, StRect box)
{
  for (guint i = 0; i < boxes->n; i++)
    {
      const StRect *other = &boxes->box[i];
      if (box.x < other->x + other->width && other->x < box.x + box.width
          && box.y < other->y + other->height && other->y < box.y + box.height)
        return FALSE;
    }
  return TRUE;
}

static void
add_box (Boxes *boxes, StRect box)
{
  if (boxes->n < BOXES_MAX)
    boxes->box[boxes->n++] = box;
}

/* Beside a point on the side where there is room; nowhere if there is none. */
static void
label_point (StView *view, Boxes *boxes, StPoint at, double radius, const char *text,
             const StTextStyle *style)
{
  const StRect plot = view->figure->plot;
  const double width = st_text_width (text, style->size, style->weight), height = style->size;
  const double aside = radius + 3;
  const StPoint corners[] = {
    { at.x + aside, at.y - height / 2 }, { at.x - width / 2, at.y - aside - height },
    { at.x - width / 2, at.y + aside }, { at.x - aside - width, at.y - height / 2 },
    { at.x + radius, at.y - radius - height }, { at.x - radius - width, at.y - radius - height },
    { at.x + radius, at.y + radius }, { at.x - radius - width, at.y + radius } };
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    {
      const StRect box = { corners[i].x, corners[i].y, width, height };
      if (box.x < plot.x + 2 || box.x + width > plot.x + plot.width - 2
          || box.y < plot.y + st_view_tradeoff_strip (view) || box.y + height > plot.y + plot.height - 1
          || !is_free (boxes, box))
        continue;
      st_scene_rect (view->overlay, box, 2, view->style->panel);
      st_scene_text (view->overlay, box.x, box.y + height - 2, text, style);
      add_box (boxes, box);
      return;
    }
}

static void
add_marker_box (const StView *view, Boxes *boxes, StPoint at, double radius)
{
  if (st_view_holds (view->figure->plot, at))
    add_box (boxes, (StRect) { at.x - radius, at.y - radius, 2 * radius, 2 * radius });
}

/* "10"; of what is none's own, which comes first, "λ 0". */
static char *
label_of (const StView *view, guint point)
{
  const StTradeoffPoint *p = &st_view_tradeoff (view)->point[point];
  return p->lambda > 0 ? st_number_tick (view->request->numbers, p->lambda)
                       : st_view_tradeoff_point_name (view, point);
}

/* How far a point is that is not whole: "10/20". */
static char *
with_part (const StView *view, const StTradeoffMean *mean, char *label)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  if (mean->epochs == 0)
    return label;
  char *longer = g_strdup_printf (_("%s: %u of %u epochs"), label, mean->epochs,
                                  result->options.epochs);
  g_free (label);
  return longer;
}

/* Those with the most weight first: at the other end points are crowded. */
static void
label_points (StView *view, Boxes *boxes)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  const StTextStyle plain = { .size = TEXT, .weight = 400, .colour = view->style->dim };
  for (guint i = result->points; i-- > 0; )
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      const StPoint at = st_view_tradeoff_place (view, mean.mse, mean.value);
      if (st_view_tradeoff_is_repeated (result, i) || !st_view_tradeoff_has_place (&mean)
          || !st_view_holds (view->figure->plot, at))
        continue;
      char *label = with_part (view, &mean, label_of (view, i));
      label_point (view, boxes, at, ST_TRADEOFF_RADIUS, label, &plain);
      g_free (label);
    }
}

static void
collect_boxes (const StView *view, Boxes *boxes)
{
  const StTradeoffResult *result = st_view_tradeoff (view);
  StPoint values;
  for (guint i = 0; i < result->points; i++)
    {
      const StTradeoffMean mean = st_tradeoff_mean (result, i,
                                                    st_view_tradeoff_distortion (view));
      if (st_view_tradeoff_has_place (&mean))
        add_marker_box (view, boxes, st_view_tradeoff_place (view, mean.mse, mean.value), ST_TRADEOFF_RADIUS);
    }
  for (guint c = 0; c < st_view_columns (view); c++)
    if (st_view_tradeoff_model (view, c, &values))
      add_marker_box (view, boxes, st_view_tradeoff_place (view, values.x, values.y),
                      c == view->request->column ? ST_TRADEOFF_OWN + 1 : ST_TRADEOFF_OTHER);
}

/* Its name, which is the same as the column's. */
static void
label_model (StView *view, Boxes *boxes)
{
  const StTextStyle style = { .size = 11, .weight = 600, .colour = view->colour };
  StPoint values;
  if (view->request->model_title == NULL
      || !st_view_tradeoff_model (view, view->request->column, &values))
    return;
  const StPoint at = st_view_tradeoff_place (view, values.x, values.y);
  if (st_view_holds (view->figure->plot, at))
    label_point (view, boxes, at, ST_TRADEOFF_OWN + 1, view->request->model_title, &style);
}

/* All are in the overlay: a column's own model moves among them. */
void
st_view_tradeoff_labels (StView *view)
{
  Boxes boxes = { .n = 0 };
  collect_boxes (view, &boxes);
  label_model (view, &boxes);
  label_points (view, &boxes);
}
