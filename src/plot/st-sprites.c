#include <st-buffer.h>
#include <st-sprites.h>

#include <math.h>

/* Of a wider stroke it would be seen how its ends are cut. */
#define THIN 1.25

/* Places within a point, each way; what a marker may measure, in points; styles kept. */
enum { STEPS = 8, REACH_MAX = 24, STYLES_MAX = 512 };

/* Premultiplied pixels around a place; each row's first pixel with ink, and the one behind its
 * last. */
typedef struct Sprite
{
  int left, top, width, height;
  guint32 *pixels;
  guint16 *spans;           /* [height][2] */
} Sprite;

typedef struct SpriteSet
{
  StMarkerStyle style;
  double reach;            /* from the marker's middle to the end of its ink */
  Sprite sprites[STEPS * STEPS];
} SpriteSet;

struct StSprites
{
  guint scale, steps;      /* steps: places within a device pixel */
  GHashTable *sets;        /* StMarkerStyle to SpriteSet, both in one block */
};

/* ---- what is kept ---- */

static guint
hash_style (gconstpointer key)
{
  const StMarkerStyle *style = key;
  const double parts[] = { style->radius, style->fill.r, style->fill.g, style->fill.b,
                           style->fill.a, style->outline.width, style->outline.colour.r,
                           style->outline.colour.a, style->halo.width, style->halo.colour.r };
  guint hash = (guint) style->shape;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    hash = hash * 31 + g_double_hash (&parts[i]);
  return hash;
}

static gboolean
equal_styles (gconstpointer a, gconstpointer b)
{
  return st_marker_styles_equal (a, b);
}

static void
free_set (gpointer data)
{
  SpriteSet *set = data;
  for (guint i = 0; i < G_N_ELEMENTS (set->sprites); i++)
    {
      g_free (set->sprites[i].pixels);
      g_free (set->sprites[i].spans);
    }
  g_free (set);
}

StSprites *
st_sprites_new (void)
{
  StSprites *sprites = g_new0 (StSprites, 1);
  sprites->sets = g_hash_table_new_full (hash_style, equal_styles, NULL, free_set);
  return sprites;
}

void
st_sprites_free (StSprites *sprites)
{
  if (sprites == NULL)
    return;
  g_hash_table_unref (sprites->sets);
  g_free (sprites);
}

static double
reach_of (const StMarkerStyle *style)
{
  StPoint corners[ST_MARKER_CORNERS];
  const guint n = st_marker_corners (style->shape, style->radius, corners);
  double reach = style->radius;
  for (guint i = 0; i < n; i++)
    reach = MAX (reach, hypot (corners[i].x, corners[i].y));
  return reach + style->halo.width + style->outline.width / 2 + 1;
}

static SpriteSet *
set_of (StSprites *sprites, const StMarkerStyle *style)
{
  SpriteSet *set = g_hash_table_lookup (sprites->sets, style);
  if (set != NULL)
    return set;
  set = g_new0 (SpriteSet, 1);
  set->style = *style;
  set->reach = reach_of (style);
  g_hash_table_insert (sprites->sets, &set->style, set);
  return set;
}

/* ---- making one ---- */

static void
find_span (const guint32 *row, int width, guint16 span[2])
{
  int first = 0, end = width;
  while (first < end && row[first] == 0)
    first++;
  while (end > first && row[end - 1] == 0)
    end--;
  span[0] = (guint16) first;
  span[1] = (guint16) end;
}

/* The marker at (x, y) device pixels from a pixel's corner. */
static void
make_sprite (Sprite *sprite, const SpriteSet *set, double x, double y, guint scale)
{
  const int reach = (int) ceil (set->reach * scale) + 1;
  const int side = 2 * reach + 1;
  sprite->left = sprite->top = -reach;
  sprite->width = sprite->height = side;
  sprite->pixels = g_new0 (guint32, (gsize) side * (gsize) side);
  sprite->spans = g_new (guint16, 2 * (gsize) side);
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
    (guchar *) sprite->pixels, CAIRO_FORMAT_ARGB32, side, side, side * (int) sizeof (guint32));
  /* As a screen has it: cairo's curves are a little coarser than with a scale of its own. */
  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_t *cr = cairo_create (surface);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  st_marker_paint (cr, (reach + x) / scale, (reach + y) / scale, &set->style);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  cairo_surface_destroy (surface);
  for (int row = 0; row < side; row++)
    find_span (sprite->pixels + row * side, side, sprite->spans + 2 * row);
}

static const Sprite *
sprite_of (StSprites *sprites, SpriteSet *set, guint x, guint y)
{
  Sprite *sprite = &set->sprites[y * STEPS + x];
  if (sprite->pixels == NULL)
    make_sprite (sprite, set, x / (double) sprites->steps, y / (double) sprites->steps,
                 sprites->scale);
  return sprite;
}

/* ---- blitting ---- */

static inline void
blend_row (guint32 *below, const guint32 *above, int n)
{
  for (int i = 0; i < n; i++)
    {
      const guint32 pixel = above[i], alpha = pixel >> 24;
      if (alpha == 255)
        below[i] = pixel;
      else if (alpha > 0)
        below[i] = st_buffer_over (pixel, below[i]);
    }
}

static void
blit (const StBuffer *buffer, const Sprite *sprite, int x, int y)
{
  const int top = MAX (-(y + sprite->top), 0);
  const int bottom = MIN (buffer->height - (y + sprite->top), sprite->height);
  x += sprite->left;
  y += sprite->top;
  for (int row = top; row < bottom; row++)
    {
      const int first = MAX (sprite->spans[2 * row], -x);
      const int end = MIN (sprite->spans[2 * row + 1], buffer->width - x);
      if (first < end)
        blend_row (buffer->pixels + (gsize) (y + row) * buffer->stride + x + first,
                   sprite->pixels + row * sprite->width + first, end - first);
    }
}

/* ---- painting a run of markers and segments ---- */

typedef struct Run
{
  StSprites *sprites;
  const StScene *scene;
  guint first, end;
  double dx, dy;
  SpriteSet **sets;        /* by the number of a style in its scene */
} Run;

static const StItem *
item_of (const Run *run, guint i)
{
  return &g_array_index (run->scene->items, StItem, i);
}

/* A marker's middle, or a segment's two ends. */
static guint
places_of (const Run *run, guint i, StPoint places[2])
{
  const StItem *item = item_of (run, i);
  const StPoint *points = (const StPoint *) (void *) run->scene->points->data;
  if (item->kind == ST_ITEM_MARKER)
    {
      places[0] = (StPoint) { item->marker.x, item->marker.y };
      return 1;
    }
  places[0] = points[item->path.first];
  places[1] = points[item->path.first + 1];
  return 2;
}

/* Finds the sprites of all styles.  FALSE if one of them is too large to be kept so. */
static gboolean
prepare (Run *run, double *reach)
{
  *reach = 0;
  for (guint i = run->first; i < run->end; i++)
    {
      const StItem *item = item_of (run, i);
      if (item->kind == ST_ITEM_POLYLINE)
        *reach = MAX (*reach, item->path.pen.width);
      const guint style = item->kind == ST_ITEM_MARKER ? item->marker.style : 0;
      if (item->kind != ST_ITEM_MARKER || run->sets[style] != NULL)
        continue;
      run->sets[style]
        = set_of (run->sprites, &g_array_index (run->scene->markers, StMarkerStyle, style));
      *reach = MAX (*reach, run->sets[style]->reach);
    }
  return *reach <= REACH_MAX;
}

/* Where there is ink, in whole points; FALSE for nowhere. */
static gboolean
find_bounds (const Run *run, StRect clip, double reach, cairo_rectangle_int_t *bounds)
{
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
  for (guint i = run->first; i < run->end; i++)
    {
      StPoint places[2];
      for (guint k = places_of (run, i, places); k > 0; k--)
        {
          left = MIN (left, places[k - 1].x);
          top = MIN (top, places[k - 1].y);
          right = MAX (right, places[k - 1].x);
          bottom = MAX (bottom, places[k - 1].y);
        }
    }
  left = floor (MAX (left + run->dx - reach, clip.x));
  top = floor (MAX (top + run->dy - reach, clip.y));
  right = ceil (MIN (right + run->dx + reach, clip.x + clip.width));
  bottom = ceil (MIN (bottom + run->dy + reach, clip.y + clip.height));
  if (!(left < right && top < bottom))
    return FALSE;
  *bounds = (cairo_rectangle_int_t) { (int) left, (int) top, (int) (right - left),
                                      (int) (bottom - top) };
  return TRUE;
}

/* Down to whole pixels: the sprite of the place within the pixel, and the pixel. */
static void
blit_marker (const Run *run, const StBuffer *buffer, const StItem *item, double x, double y)
{
  const int steps = (int) run->sprites->steps;
  const double wide = x * steps, high = y * steps, most = 1 << 24;
  if (!(fabs (wide) < most && fabs (high) < most))
    return;
  const int at_x = (int) floor (wide + 0.5), at_y = (int) floor (high + 0.5);
  const int column = at_x >= 0 ? at_x / steps : -((-at_x + steps - 1) / steps);
  const int row = at_y >= 0 ? at_y / steps : -((-at_y + steps - 1) / steps);
  blit (buffer,
        sprite_of (run->sprites, run->sets[item->marker.style], (guint) (at_x - column * steps),
                   (guint) (at_y - row * steps)),
        column, row);
}

static void
blit_all (const Run *run, const StBuffer *buffer, const cairo_rectangle_int_t *bounds)
{
  const int scale = (int) run->sprites->scale;
  const double left = bounds->x - run->dx, top = bounds->y - run->dy;
  for (guint i = run->first; i < run->end; i++)
    {
      const StItem *item = item_of (run, i);
      StPoint places[2];
      for (guint k = places_of (run, i, places); k > 0; k--)
        {
          places[k - 1].x = (places[k - 1].x - left) * scale;
          places[k - 1].y = (places[k - 1].y - top) * scale;
        }
      if (item->kind == ST_ITEM_MARKER)
        blit_marker (run, buffer, item, places[0].x, places[0].y);
      else
        st_buffer_segment (buffer, places[0].x, places[0].y, places[1].x, places[1].y,
                           item->path.pen.width * scale, item->path.pen.colour);
    }
}

static void
paint_buffered (const Run *run, cairo_t *cr, const cairo_rectangle_int_t *bounds)
{
  const int scale = (int) run->sprites->scale;
  cairo_surface_t *surface = cairo_image_surface_create (
    CAIRO_FORMAT_ARGB32, bounds->width * scale, bounds->height * scale);
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_flush (surface);
      const StBuffer buffer = {
        bounds->width * scale, bounds->height * scale,
        (gsize) cairo_image_surface_get_stride (surface) / sizeof (guint32),
        (guint32 *) (void *) cairo_image_surface_get_data (surface) };
      blit_all (run, &buffer, bounds);
      cairo_surface_mark_dirty (surface);
      cairo_surface_set_device_scale (surface, scale, scale);
      /* In the coordinates of the scene, which the caller has moved. */
      cairo_set_source_surface (cr, surface, bounds->x - run->dx, bounds->y - run->dy);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
      cairo_paint (cr);
    }
  cairo_surface_destroy (surface);
}

gboolean
st_sprites_take (const StItem *item)
{
  const StPen *pen = &item->path.pen;
  return item->kind == ST_ITEM_MARKER
         || (item->kind == ST_ITEM_POLYLINE && item->path.n == 2 && pen->width <= THIN
             && !(pen->on > 0));
}

gboolean
st_sprites_paint (StSprites *sprites, cairo_t *cr, const StScene *scene, guint first, guint end,
                  double dx, double dy, StRect clip, guint scale)
{
  scale = CLAMP (scale, 1, STEPS);
  if (sprites->scale != scale || g_hash_table_size (sprites->sets) > STYLES_MAX)
    g_hash_table_remove_all (sprites->sets);
  sprites->scale = scale;
  sprites->steps = MAX (STEPS / scale, 1);
  Run run = { sprites, scene, first, end, dx, dy,
              g_new0 (SpriteSet *, MAX (scene->markers->len, 1)) };
  cairo_rectangle_int_t bounds;
  double reach;
  const gboolean fit = prepare (&run, &reach);
  if (fit && find_bounds (&run, clip, reach, &bounds))
    paint_buffered (&run, cr, &bounds);
  g_free (run.sets);
  return fit;
}
