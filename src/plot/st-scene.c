/* The builder is a scene that is not finished: it fills the same growing blocks, and
 * ending it hands them over. */
#include <st-scene-items.h>
#include <st-text.h>

#include <math.h>
#include <string.h>

enum { RECENT_STYLES = 24 };

struct StSceneBuilder { StScene *scene; };

StColour
st_colour (guint32 rgb)
{
  return (StColour) { (float) (rgb >> 16 & 255) / 255.0f, (float) (rgb >> 8 & 255) / 255.0f,
                      (float) (rgb & 255) / 255.0f, 1.0f };
}

StColour
st_colour_alpha (StColour colour, double alpha)
{
  colour.a = (float) alpha;
  return colour;
}

StColour
st_colour_shade (StColour colour, double factor)
{
  return (StColour) { colour.r * (float) factor, colour.g * (float) factor,
                      colour.b * (float) factor, colour.a };
}

StSceneBuilder *
st_scene_builder_new (double width, double height)
{
  StScene *scene = g_new0 (StScene, 1);
  g_atomic_ref_count_init (&scene->references);
  scene->width = isfinite (width) ? MAX (width, 0) : 0;
  scene->height = isfinite (height) ? MAX (height, 0) : 0;
  scene->items = g_array_new (FALSE, FALSE, sizeof (StItem));
  scene->points = g_array_new (FALSE, FALSE, sizeof (StPoint));
  scene->markers = g_array_new (FALSE, FALSE, sizeof (StMarkerStyle));
  scene->pixels = g_byte_array_new ();
  scene->strings = g_string_chunk_new (512);
  StSceneBuilder *builder = g_new (StSceneBuilder, 1);
  builder->scene = scene;
  return builder;
}

StScene *
st_scene_builder_end (StSceneBuilder *builder)
{
  StScene *scene = builder->scene;
  g_free (builder);
  return scene;
}

StScene *
st_scene_ref (StScene *scene)
{
  g_atomic_ref_count_inc (&scene->references);
  return scene;
}

void
st_scene_unref (StScene *scene)
{
  if (scene == NULL || !g_atomic_ref_count_dec (&scene->references))
    return;
  for (guint i = 0; i < scene->items->len; i++)
    {
      StItem *item = &g_array_index (scene->items, StItem, i);
      if (item->kind == ST_ITEM_SCENE)
        st_scene_unref (item->scene.scene);
    }
  g_array_unref (scene->items);
  g_array_unref (scene->points);
  g_array_unref (scene->markers);
  g_byte_array_unref (scene->pixels);
  g_string_chunk_free (scene->strings);
  g_free (scene->title);
  g_free (scene->description);
  g_free (scene);
}

double
st_scene_width (const StScene *scene)
{
  return scene->width;
}

double
st_scene_height (const StScene *scene)
{
  return scene->height;
}

void
st_scene_set_words (StSceneBuilder *builder, const char *title, const char *description)
{
  g_free (builder->scene->title);
  g_free (builder->scene->description);
  builder->scene->title = g_strdup (title);
  builder->scene->description = g_strdup (description);
}

static gboolean
rect_is_drawable (StRect rect)
{
  return isfinite (rect.x) && isfinite (rect.y) && isfinite (rect.width)
         && isfinite (rect.height) && rect.width > 0 && rect.height > 0;
}

void
st_scene_rect (StSceneBuilder *builder, StRect rect, double radius, StColour fill)
{
  if (!rect_is_drawable (rect))
    return;
  StItem item = { .kind = ST_ITEM_RECT };
  item.box.rect = rect;
  item.box.radius = MIN (radius, MIN (rect.width, rect.height) / 2);
  item.box.fill = fill;
  g_array_append_val (builder->scene->items, item);
}

void
st_scene_frame (StSceneBuilder *builder, StRect rect, double radius, StPen pen)
{
  if (!rect_is_drawable (rect) || !(pen.width > 0))
    return;
  StItem item = { .kind = ST_ITEM_FRAME };
  item.box.rect = rect;
  item.box.radius = MIN (radius, MIN (rect.width, rect.height) / 2);
  item.box.pen = pen;
  g_array_append_val (builder->scene->items, item);
}

static gboolean
point_is_finite (StPoint point)
{
  return isfinite (point.x) && isfinite (point.y);
}

static void
append_path (StSceneBuilder *builder, StItem item, const StPoint *points, gsize n)
{
  item.path.first = builder->scene->points->len;
  item.path.n = n;
  g_array_append_vals (builder->scene->points, points, (guint) n);
  g_array_append_val (builder->scene->items, item);
}

void
st_scene_polyline (StSceneBuilder *builder, const StPoint *points, gsize n, StPen pen)
{
  if (!(pen.width > 0))
    return;
  StItem item = { .kind = ST_ITEM_POLYLINE };
  item.path.pen = pen;
  gsize first = 0;
  for (gsize i = 0; i <= n; i++)
    if (i == n || !point_is_finite (points[i]))
      {
        if (i - first >= 2)
          append_path (builder, item, points + first, i - first);
        first = i + 1;
      }
}

void
st_scene_line (StSceneBuilder *builder, double x1, double y1, double x2, double y2, StPen pen)
{
  const StPoint points[2] = { { x1, y1 }, { x2, y2 } };
  st_scene_polyline (builder, points, 2, pen);
}

void
st_scene_polygon (StSceneBuilder *builder, const StPoint *points, gsize n, StColour fill)
{
  if (n < 3)
    return;
  for (gsize i = 0; i < n; i++)
    if (!point_is_finite (points[i]))
      return;
  StItem item = { .kind = ST_ITEM_POLYGON };
  item.path.fill = fill;
  append_path (builder, item, points, n);
}

static gboolean
pens_equal (const StPen *a, const StPen *b)
{
  return memcmp (&a->colour, &b->colour, sizeof a->colour) == 0 && a->width == b->width
         && a->on == b->on && a->off == b->off;
}

gboolean
st_marker_styles_equal (const StMarkerStyle *a, const StMarkerStyle *b)
{
  return a->shape == b->shape && a->radius == b->radius
         && memcmp (&a->fill, &b->fill, sizeof a->fill) == 0
         && pens_equal (&a->outline, &b->outline) && pens_equal (&a->halo, &b->halo);
}

/* One of the last few, as points of some classes in turn have them, or a new one. */
static guint
style_number (GArray *styles, const StMarkerStyle *style)
{
  const guint oldest = styles->len > RECENT_STYLES ? styles->len - RECENT_STYLES : 0;
  for (guint i = styles->len; i > oldest; i--)
    if (st_marker_styles_equal (&g_array_index (styles, StMarkerStyle, i - 1), style))
      return i - 1;
  g_array_append_vals (styles, style, 1);
  return styles->len - 1;
}

void
st_scene_marker (StSceneBuilder *builder, double x, double y, const StMarkerStyle *style)
{
  if (!isfinite (x) || !isfinite (y) || !(style->radius > 0) || !isfinite (style->radius))
    return;
  StItem item = { .kind = ST_ITEM_MARKER };
  item.marker.x = x;
  item.marker.y = y;
  item.marker.style = style_number (builder->scene->markers, style);
  g_array_append_val (builder->scene->items, item);
}

double
st_scene_text (StSceneBuilder *builder, double x, double y, const char *text,
               const StTextStyle *style)
{
  if (!isfinite (x) || !isfinite (y) || text == NULL || *text == '\0')
    return 0;
  char *shown = g_utf8_make_valid (text, -1);
  double width = st_text_width (shown, style->size, style->weight);
  if (style->width > 0 && width > style->width)
    {
      char *cut = st_text_ellipsize (shown, style->size, style->weight, style->width);
      g_free (shown);
      shown = cut;
      width = st_text_width (shown, style->size, style->weight);
    }
  StItem item = { .kind = ST_ITEM_TEXT };
  item.text.x = x;
  item.text.y = y;
  item.text.text = g_string_chunk_insert_const (builder->scene->strings, shown);
  item.text.style = *style;
  g_array_append_val (builder->scene->items, item);
  g_free (shown);
  return width;
}

void
st_scene_image (StSceneBuilder *builder, StRect rect, guint width, guint height,
                guint channels, const guint8 *pixels, gboolean smooth)
{
  if (!rect_is_drawable (rect) || width == 0 || height == 0 || (channels != 1 && channels != 3))
    return;
  StItem item = { .kind = ST_ITEM_IMAGE };
  item.image.rect = rect;
  item.image.width = width;
  item.image.height = height;
  item.image.channels = channels;
  item.image.smooth = smooth;
  item.image.first = builder->scene->pixels->len;
  g_byte_array_append (builder->scene->pixels, pixels, width * height * channels);
  g_array_append_val (builder->scene->items, item);
}

void
st_scene_clip (StSceneBuilder *builder, StRect rect)
{
  /* A clip that cannot be drawn hides everything, so that unclip still has its partner. */
  StItem item = { .kind = ST_ITEM_CLIP };
  item.clip = rect_is_drawable (rect) ? rect : (StRect) { 0, 0, 0, 0 };
  g_array_append_val (builder->scene->items, item);
}

void
st_scene_unclip (StSceneBuilder *builder)
{
  const StItem item = { .kind = ST_ITEM_UNCLIP };
  g_array_append_val (builder->scene->items, item);
}

void
st_scene_add (StSceneBuilder *builder, StScene *scene, double x, double y)
{
  if (!isfinite (x) || !isfinite (y))
    return;
  StItem item = { .kind = ST_ITEM_SCENE };
  item.scene.scene = st_scene_ref (scene);
  item.scene.x = x;
  item.scene.y = y;
  g_array_append_val (builder->scene->items, item);
}
