#include <st-selection.h>

#include <string.h>

struct _StSelection {
  GObject parent_instance;
  guint count;
  int pointed;
  guint8 *mask;            /* [count], or NULL */
  guint selected;
  guint64 serial, serials; /* of this selection; given so far */
  GArray *pins;            /* guint */
  gboolean lasso;
};

enum { POINTED, CHANGED, PINS, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StSelection, st_selection, G_TYPE_OBJECT)

/* ---- the pointer ---- */

void
st_selection_point (StSelection *self, int image)
{
  image = image < 0 || image >= (int) self->count ? -1 : image;
  if (image == self->pointed)
    return;
  self->pointed = image;
  g_signal_emit (self, signals[POINTED], 0);
}

int
st_selection_get_pointed (StSelection *self)
{
  return self->pointed;
}

/* ---- the selected ones ---- */

static void
set_mask (StSelection *self, guint8 *mask)
{
  guint selected = 0;
  for (guint i = 0; mask != NULL && i < self->count; i++)
    selected += mask[i];
  if (selected == 0 || selected == self->count)
    g_clear_pointer (&mask, g_free);
  const gboolean same = (mask == NULL) == (self->mask == NULL)
                        && (mask == NULL || memcmp (mask, self->mask, self->count) == 0);
  g_free (self->mask);
  self->mask = mask;
  self->selected = mask != NULL ? selected : 0;
  if (same)
    return;
  self->serial = mask != NULL ? ++self->serials : 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
st_selection_take (StSelection *self, const guint8 *mask, StSelectionMode mode)
{
  guint8 *out = g_new0 (guint8, MAX (self->count, 1));
  for (guint i = 0; i < self->count; i++)
    {
      const guint8 before = self->mask != NULL ? self->mask[i] : mode == ST_SELECTION_REMOVE;
      out[i] = mode == ST_SELECTION_REPLACE ? mask[i] != 0
               : mode == ST_SELECTION_ADD ? before || mask[i] : before && !mask[i];
    }
  set_mask (self, out);
}

void
st_selection_clear (StSelection *self)
{
  set_mask (self, NULL);
}

const guint8 *
st_selection_get_mask (StSelection *self)
{
  return self->mask;
}

guint
st_selection_get_selected (StSelection *self)
{
  return self->selected;
}

guint64
st_selection_get_serial (StSelection *self)
{
  return self->serial;
}

void
st_selection_set_lasso (StSelection *self, gboolean lasso)
{
  self->lasso = lasso;
}

gboolean
st_selection_get_lasso (StSelection *self)
{
  return self->lasso;
}

/* ---- pins ---- */

static gint
find_pin (StSelection *self, guint image)
{
  for (guint i = 0; i < self->pins->len; i++)
    if (g_array_index (self->pins, guint, i) == image)
      return (gint) i;
  return -1;
}

void
st_selection_set_pinned (StSelection *self, guint image, gboolean pinned)
{
  const gint at = find_pin (self, image);
  if (image >= self->count || (at >= 0) == pinned)
    return;
  if (pinned)
    g_array_append_val (self->pins, image);
  else
    g_array_remove_index (self->pins, (guint) at);
  if (self->pins->len > ST_SELECTION_PINS_MAX)
    g_array_remove_index (self->pins, 0);
  g_signal_emit (self, signals[PINS], 0);
}

gboolean
st_selection_is_pinned (StSelection *self, guint image)
{
  return find_pin (self, image) >= 0;
}

guint
st_selection_get_pins (StSelection *self)
{
  return self->pins->len;
}

guint
st_selection_get_pin (StSelection *self, guint i)
{
  return g_array_index (self->pins, guint, i);
}

/* ---- object ---- */

void
st_selection_set_count (StSelection *self, guint count)
{
  const gboolean pins = self->pins->len > 0;
  st_selection_clear (self);
  st_selection_point (self, -1);
  g_array_set_size (self->pins, 0);
  self->count = count;
  if (pins)
    g_signal_emit (self, signals[PINS], 0);
}

guint
st_selection_get_count (StSelection *self)
{
  return self->count;
}

static void
st_selection_finalize (GObject *object)
{
  StSelection *self = ST_SELECTION (object);
  g_free (self->mask);
  g_array_unref (self->pins);
  G_OBJECT_CLASS (st_selection_parent_class)->finalize (object);
}

static guint
add_signal (StSelectionClass *class, const char *name)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
st_selection_class_init (StSelectionClass *class)
{
  G_OBJECT_CLASS (class)->finalize = st_selection_finalize;
  signals[POINTED] = add_signal (class, "pointed");
  signals[CHANGED] = add_signal (class, "changed");
  signals[PINS] = add_signal (class, "pins");
}

static void
st_selection_init (StSelection *self)
{
  self->pointed = -1;
  self->pins = g_array_new (FALSE, FALSE, sizeof (guint));
}

StSelection *
st_selection_new (void)
{
  return g_object_new (ST_TYPE_SELECTION, NULL);
}
