#include <st-scene-cairo.h>
#include <st-scene-image.h>
#include <st-sprites.h>
#include <st-text.h>

/* How far beyond a scene's edges a screen's painter cares for markers. */
enum { BLEED = 32, CLIPS_MAX = 8 };

typedef struct Painter
{
  cairo_t *cr;
  PangoLayout *layout;     /* made with the first text */

  StSprites *sprites;      /* on a screen; else NULL */
  guint scale;
  double dx, dy;           /* where the present scene is */
  StRect clips[CLIPS_MAX]; /* each within the one before */
  guint n_clips;
} Painter;

static void
set_colour (cairo_t *cr, StColour c)
{
  cairo_set_source_rgba (cr, (double) c.r, (double) c.g, (double) c.b, (double) c.a);
}

static void
set_pen (cairo_t *cr, const StPen *pen)
{
  const double dashes[2] = { pen->on, pen->off };
  set_colour (cr, pen->colour);
  cairo_set_line_width (cr, pen->width);
  cairo_set_dash (cr, dashes, pen->on > 0 ? 2 : 0, 0);
}

static void
box_path (cairo_t *cr, StRect r, double radius)
{
  if (!(radius > 0))
    {
      cairo_rectangle (cr, r.x, r.y, r.width, r.height);
      return;
    }
  cairo_new_sub_path (cr);
  cairo_arc (cr, r.x + r.width - radius, r.y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, r.x + r.width - radius, r.y + r.height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, r.x + radius, r.y + r.height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, r.x + radius, r.y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path (cr);
}

static void
points_path (cairo_t *cr, const StPoint *points, gsize n)
{
  cairo_new_path (cr);
  for (gsize i = 0; i < n; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
}

void
st_marker_paint (cairo_t *cr, double x, double y, const StMarkerStyle *style)
{
  StPoint corners[ST_MARKER_CORNERS];
  guint n = st_marker_corners (style->shape, style->radius, corners);
  cairo_new_path (cr);
  if (n == 0)
    cairo_arc (cr, x, y, style->radius, 0, 2 * G_PI);
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, x + corners[i].x, y + corners[i].y);
  cairo_close_path (cr);
  if (style->halo.width > 0)
    {
      set_pen (cr, &style->halo);
      cairo_set_line_width (cr, 2 * style->halo.width + style->outline.width);
      cairo_stroke_preserve (cr);
    }
  if (style->fill.a > 0)
    {
      set_colour (cr, style->fill);
      cairo_fill_preserve (cr);
    }
  if (style->outline.width > 0)
    {
      set_pen (cr, &style->outline);
      cairo_stroke_preserve (cr);
    }
  cairo_new_path (cr);
}

static void
paint_text (Painter *painter, const StItem *item)
{
  const StTextStyle *style = &item->text.style;
  if (painter->layout == NULL)
    {
      PangoContext *context = pango_cairo_create_context (painter->cr);
      st_text_prepare_context (context);
      painter->layout = pango_layout_new (context);
      g_object_unref (context);
    }
  st_text_prepare (painter->layout, item->text.text, style->size, style->weight);
  int width;
  pango_layout_get_size (painter->layout, &width, NULL);
  double shift = style->align == ST_ALIGN_LEFT ? 0 : (double) width / PANGO_SCALE;
  if (style->align == ST_ALIGN_CENTRE)
    shift /= 2;
  double baseline = (double) pango_layout_get_baseline (painter->layout) / PANGO_SCALE;
  set_colour (painter->cr, style->colour);
  cairo_move_to (painter->cr, item->text.x - shift, item->text.y - baseline);
  pango_cairo_show_layout (painter->cr, painter->layout);
}

static void
paint_image (cairo_t *cr, const StScene *scene, const StItem *item)
{
  const StRect *r = &item->image.rect;
  cairo_surface_t *surface = st_scene_image_surface (scene, item);
  cairo_save (cr);
  cairo_rectangle (cr, r->x, r->y, r->width, r->height);
  cairo_clip (cr);
  cairo_translate (cr, r->x, r->y);
  cairo_scale (cr, r->width / item->image.width, r->height / item->image.height);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), item->image.smooth ? CAIRO_FILTER_BILINEAR
                                                                      : CAIRO_FILTER_NEAREST);
  cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (surface);
}

/* Clips deeper than are kept are cairo's alone to see to. */
static void
push_clip (Painter *painter, StRect clip)
{
  const guint n = painter->n_clips++;
  if (n == 0 || n >= CLIPS_MAX)
    return;
  const StRect outer = painter->clips[n - 1];
  const double left = MAX (clip.x + painter->dx, outer.x);
  const double top = MAX (clip.y + painter->dy, outer.y);
  const double right = MIN (clip.x + clip.width + painter->dx, outer.x + outer.width);
  const double bottom = MIN (clip.y + clip.height + painter->dy, outer.y + outer.height);
  painter->clips[n] = (StRect) { left, top, MAX (right - left, 0), MAX (bottom - top, 0) };
}

static void paint_items (Painter *painter, const StScene *scene);

static void
paint_inner_scene (Painter *painter, const StItem *item)
{
  cairo_save (painter->cr);
  cairo_translate (painter->cr, item->scene.x, item->scene.y);
  painter->dx += item->scene.x;
  painter->dy += item->scene.y;
  paint_items (painter, item->scene.scene);
  painter->dx -= item->scene.x;
  painter->dy -= item->scene.y;
  cairo_restore (painter->cr);
}

static void
paint_item (Painter *painter, const StScene *scene, const StItem *item)
{
  cairo_t *cr = painter->cr;
  const StPoint *points = (const StPoint *) (void *) scene->points->data;
  switch (item->kind)
    {
    case ST_ITEM_RECT:
      box_path (cr, item->box.rect, item->box.radius);
      set_colour (cr, item->box.fill);
      cairo_fill (cr);
      break;
    case ST_ITEM_FRAME:
      box_path (cr, item->box.rect, item->box.radius);
      set_pen (cr, &item->box.pen);
      cairo_stroke (cr);
      break;
    case ST_ITEM_POLYLINE:
      points_path (cr, points + item->path.first, item->path.n);
      set_pen (cr, &item->path.pen);
      cairo_stroke (cr);
      break;
    case ST_ITEM_POLYGON:
      points_path (cr, points + item->path.first, item->path.n);
      cairo_close_path (cr);
      set_colour (cr, item->path.fill);
      cairo_fill (cr);
      break;
    case ST_ITEM_MARKER:
      st_marker_paint (cr, item->marker.x, item->marker.y,
                       &g_array_index (scene->markers, StMarkerStyle, item->marker.style));
      break;
    case ST_ITEM_TEXT:
      paint_text (painter, item);
      break;
    case ST_ITEM_IMAGE:
      paint_image (cr, scene, item);
      break;
    case ST_ITEM_CLIP:
      cairo_save (cr);
      cairo_rectangle (cr, item->clip.x, item->clip.y, item->clip.width, item->clip.height);
      cairo_clip (cr);
      push_clip (painter, item->clip);
      break;
    case ST_ITEM_UNCLIP:
      cairo_restore (cr);
      painter->n_clips--;
      break;
    case ST_ITEM_SCENE:
      paint_inner_scene (painter, item);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* The item behind those that a buffer takes from item i on. */
static guint
end_of_run (const StScene *scene, guint i)
{
  while (i < scene->items->len && st_sprites_take (&g_array_index (scene->items, StItem, i)))
    i++;
  return i;
}

static gboolean
paint_run (Painter *painter, const StScene *scene, guint first, guint end)
{
  return end - first >= ST_SPRITES_RUN
         && st_sprites_paint (painter->sprites, painter->cr, scene, first, end, painter->dx,
                              painter->dy, painter->clips[MIN (painter->n_clips, CLIPS_MAX) - 1],
                              painter->scale);
}

static void
paint_items (Painter *painter, const StScene *scene)
{
  guint i = 0;
  while (i < scene->items->len)
    {
      const guint end = painter->sprites != NULL ? end_of_run (scene, i) : i;
      if (paint_run (painter, scene, i, end))
        {
          i = end;
          continue;
        }
      for (const guint next = MAX (end, i + 1); i < next; i++)
        paint_item (painter, scene, &g_array_index (scene->items, StItem, i));
    }
}

static void
paint (Painter *painter, const StScene *scene)
{
  const StRect bounds = { -BLEED, -BLEED, scene->width + 2 * BLEED, scene->height + 2 * BLEED };
  painter->clips[0] = bounds;
  painter->n_clips = 1;
  cairo_save (painter->cr);
  cairo_set_line_join (painter->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (painter->cr, CAIRO_LINE_CAP_BUTT);
  paint_items (painter, scene);
  cairo_restore (painter->cr);
  g_clear_object (&painter->layout);
}

void
st_scene_paint (const StScene *scene, cairo_t *cr)
{
  Painter painter = { .cr = cr };
  paint (&painter, scene);
}

void
st_scene_paint_on_screen (const StScene *scene, cairo_t *cr, StSprites *sprites, guint scale)
{
  Painter painter = { .cr = cr, .sprites = sprites, .scale = scale };
  paint (&painter, scene);
}
