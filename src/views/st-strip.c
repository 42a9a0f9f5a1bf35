#include <st-strip.h>

#include <math.h>
#include <st-images.h>

enum { THUMB = 44, SMALL_THUMB = 40, SMALL_BELOW = 330, INSIDE = 2, BETWEEN = 8, WORDS = 20 };

/* What covers an image that is not selected. */
#define ASIDE 0.72

static double
thumb_side (double width)
{
  return width < SMALL_BELOW ? SMALL_THUMB : THUMB;
}

guint
st_figure_visible (double width)
{
  const double side = thumb_side (width);
  return width < side ? 1 : (guint) ((width + BETWEEN) / (side + BETWEEN));
}

guint
st_strip_count (const StView *view)
{
  if (view->frame == NULL || view->frame->query.images == NULL)
    return 0;
  return MIN (st_figure_visible (view->body.width), st_images_count (view->frame->query.images));
}

/* The last place is left to the marked image, if that is further back. */
guint
st_strip_image (const StView *view, guint place)
{
  const guint n = st_strip_count (view);
  const gint64 chosen = st_view_marked_image (view);
  if (place + 1 == n && chosen >= n && chosen < st_images_count (view->frame->query.images))
    return (guint) chosen;
  return place;
}

StRect
st_strip_rect (const StView *view, guint place, guint row)
{
  const double side = thumb_side (view->body.width);
  const guint fit = st_figure_visible (view->body.width);
  const double gap = fit > 1 ? (view->body.width - fit * side) / (fit - 1) : 0;
  return (StRect) { view->body.x + round (place * (side + gap)),
                    view->body.y + row * (side + INSIDE), side, side };
}

double
st_strip_baseline (const StView *view, guint rows)
{
  return st_strip_rect (view, 0, rows).y - INSIDE + 15;
}

void
st_strip_layout (StView *view, guint rows)
{
  const double side = thumb_side (view->body.width);
  view->figure->plot.height = rows * side + (rows - 1) * INSIDE;
  for (guint i = 0; i < st_strip_count (view); i++)
    {
      const StFigureHit hit = { { st_strip_rect (view, i, 0).x - BETWEEN / 2.0, view->body.y,
                                  side + BETWEEN, view->figure->plot.height + WORDS },
                                st_strip_image (view, i) };
      g_array_append_val (view->figure->hits, hit);
    }
}

void
st_strip_names (StView *view, guint rows, const char *const *names, const char *below)
{
  if (!(view->request->gutter > 0))
    return;
  for (guint row = 0; row < rows; row++)
    {
      const StRect rect = st_strip_rect (view, 0, row);
      st_view_gutter_label (view, view->base, rect.y + rect.height / 2, 0, view->request->height,
                            names[row]);
    }
  st_view_gutter_label (view, view->base, st_strip_baseline (view, rows) - 4, 0,
                        view->request->height, below);
}

void
st_strip_waiting (StView *view, StRect rect)
{
  StPen pen = st_pen (view->style->ghost, 1);
  pen.on = pen.off = 3;
  rect.x += 0.5;
  rect.y += 0.5;
  rect.width -= 1;
  rect.height -= 1;
  st_scene_frame (view->overlay, rect, 0, pen);
}

void
st_strip_cover (StView *view, guint place, guint rows)
{
  StRect all = st_strip_rect (view, place, 0);
  all.height = rows * all.height + (rows - 1) * INSIDE;
  if (st_view_is_aside (view, st_strip_image (view, place)))
    st_scene_rect (view->overlay, all, 0, st_colour_alpha (view->style->paper, ASIDE));
}

void
st_strip_mark (StView *view)
{
  for (guint i = 0; i < st_strip_count (view); i++)
    if (st_strip_image (view, i) == st_view_marked_image (view))
      {
        const StRect rect = st_strip_rect (view, i, 0);
        const StRect around = { rect.x - 2, rect.y - 2, rect.width + 4,
                                view->figure->plot.height + 4 };
        st_scene_frame (view->marks, around, 0, st_pen (view->style->accent, 2));
      }
}
