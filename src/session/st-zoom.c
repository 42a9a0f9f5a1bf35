#include <st-zoom.h>

enum { WAY_MAX = 200 };

/* A part of an axis; of one column, or of all, which is column 0. */
typedef struct Part
{
  StAxis axis;
  guint64 column;
  StSpan span;
} Part;

struct _StZoom {
  GObject parent_instance;
  gboolean linked;
  GArray *parts;           /* Part: at most one for an axis and a column */
  GPtrArray *before, *after;   /* GArray of Part: the way, nearest last */
  guint gesture, gestures; /* of the newest step; given so far */
};

enum { CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StZoom, st_zoom, G_TYPE_OBJECT)

static void
changed (StZoom *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static Part *
find (StZoom *self, guint64 column, StAxis axis)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      Part *part = &g_array_index (self->parts, Part, i);
      if (part->axis == axis && part->column == column)
        return part;
    }
  return NULL;
}

StSpan
st_zoom_get (StZoom *self, guint64 column, StAxis axis)
{
  /* What all columns showed stays until a column is given a part of its own. */
  const Part *part = self->linked ? NULL : find (self, column, axis);
  if (part == NULL)
    part = find (self, 0, axis);
  return part != NULL ? part->span : (StSpan) { 0, 0 };
}

guint
st_zoom_begin (StZoom *self)
{
  return ++self->gestures;
}

static void
put (StZoom *self, guint64 column, StAxis axis, StSpan span)
{
  Part *part = find (self, column, axis);
  if (part == NULL)
    {
      const Part new = { axis, column, span };
      g_array_append_val (self->parts, new);
      return;
    }
  part->span = span;
}

static void
remember (StZoom *self)
{
  g_ptr_array_add (self->before, g_array_copy (self->parts));
  if (self->before->len > WAY_MAX)
    g_ptr_array_remove_index (self->before, 0);
  g_ptr_array_set_size (self->after, 0);
}

static gboolean
equal_spans (StSpan a, StSpan b)
{
  return a.low == b.low && a.high == b.high;
}

void
st_zoom_set (StZoom *self, guint64 column, const StAxis axes[2], const StSpan spans[2],
             guint gesture)
{
  gboolean differs = FALSE;
  for (guint i = 0; i < 2; i++)
    differs |= axes[i] != ST_AXIS_NONE && !equal_spans (st_zoom_get (self, column, axes[i]), spans[i]);
  if (!differs)
    return;
  if (gesture == 0 || gesture != self->gesture)
    remember (self);
  self->gesture = gesture;
  for (guint i = 0; i < 2; i++)
    if (axes[i] != ST_AXIS_NONE)
      put (self, self->linked ? 0 : column, axes[i], spans[i]);
  changed (self);
}

void
st_zoom_reset (StZoom *self, guint64 column, const StAxis axes[2])
{
  static const StSpan whole[2] = { { 0, 0 }, { 0, 0 } };
  st_zoom_set (self, column, axes, whole, 0);
}

static void
remove_axes (GArray *parts, const StAxis axes[2])
{
  for (guint i = parts->len; i > 0; i--)
    {
      const StAxis axis = g_array_index (parts, Part, i - 1).axis;
      if (axis == axes[0] || axis == axes[1])
        g_array_remove_index (parts, i - 1);
    }
}

void
st_zoom_forget (StZoom *self, const StAxis axes[2])
{
  remove_axes (self->parts, axes);
  for (guint i = 0; i < self->before->len; i++)
    remove_axes (self->before->pdata[i], axes);
  for (guint i = 0; i < self->after->len; i++)
    remove_axes (self->after->pdata[i], axes);
  changed (self);
}

gboolean
st_zoom_can_step (StZoom *self, int step)
{
  return (step < 0 ? self->before : self->after)->len > 0;
}

void
st_zoom_step (StZoom *self, int step)
{
  GPtrArray *from = step < 0 ? self->before : self->after;
  GPtrArray *to = step < 0 ? self->after : self->before;
  if (from->len == 0)
    return;
  g_ptr_array_add (to, self->parts);
  self->parts = g_ptr_array_steal_index (from, from->len - 1);
  self->gesture = 0;
  changed (self);
}

void
st_zoom_set_linked (StZoom *self, gboolean linked, guint64 column)
{
  if (linked == self->linked)
    return;
  for (guint axis = 0; linked && axis < ST_AXES; axis++)
    if (find (self, column, (StAxis) axis) != NULL)
      put (self, 0, (StAxis) axis, st_zoom_get (self, column, (StAxis) axis));
  for (guint i = self->parts->len; linked && i > 0; i--)
    if (g_array_index (self->parts, Part, i - 1).column != 0)
      g_array_remove_index (self->parts, i - 1);
  self->linked = linked;
  changed (self);
}

gboolean
st_zoom_get_linked (StZoom *self)
{
  return self->linked;
}

static void
st_zoom_finalize (GObject *object)
{
  StZoom *self = ST_ZOOM (object);
  g_array_unref (self->parts);
  g_ptr_array_unref (self->before);
  g_ptr_array_unref (self->after);
  G_OBJECT_CLASS (st_zoom_parent_class)->finalize (object);
}

static void
st_zoom_class_init (StZoomClass *class)
{
  G_OBJECT_CLASS (class)->finalize = st_zoom_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
free_parts (gpointer parts)
{
  g_array_unref (parts);
}

static void
st_zoom_init (StZoom *self)
{
  self->linked = TRUE;
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  self->before = g_ptr_array_new_with_free_func (free_parts);
  self->after = g_ptr_array_new_with_free_func (free_parts);
}

StZoom *
st_zoom_new (void)
{
  return g_object_new (ST_TYPE_ZOOM, NULL);
}
