#include "st-pullbacks-private.h"

/* How long a hand must rest. */
enum { REST_US = 120000 };

enum { PROP_0, PROP_MAP, PROP_ELLIPSES, PROPS };
static GParamSpec *props[PROPS];
enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StPullbacks, st_pullbacks, G_TYPE_OBJECT)

/* Puts what was made of a product where it is shown; whether that is something else. */
static gboolean
put (const Slot *slot, StProduct product, gconstpointer shown, StStatus *status)
{
  const Made *made = &slot->made[product];
  const gboolean differs = shown != made->got || status->code != made->status.code;
  *status = made->status;
  return differs;
}

void
st_pullbacks_show (StPullbacks *self)
{
  StFigurePullbacks *shown = &self->shown;
  gboolean differs = FALSE;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      const Slot *slot = &self->slots[i];
      differs |= put (slot, ST_PRODUCT_METRIC, shown->of[i], &shown->status[i]);
      differs |= put (slot, ST_PRODUCT_TRAVERSAL, shown->traversals[i],
                      &shown->traversal_status[i]);
      differs |= put (slot, ST_PRODUCT_PATH, shown->paths[i], &shown->path_status[i]);
      differs |= put (slot, ST_PRODUCT_LENGTHS, shown->lengths[i], &shown->lengths_status[i]);
      shown->of[i] = slot->made[ST_PRODUCT_METRIC].got;
      shown->traversals[i] = slot->made[ST_PRODUCT_TRAVERSAL].got;
      shown->paths[i] = slot->made[ST_PRODUCT_PATH].got;
      shown->lengths[i] = slot->made[ST_PRODUCT_LENGTHS].got;
    }
  if (differs)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- following ---- */

static gboolean
is_of_images (const Slot *slot, const StImages *images)
{
  for (StProduct product = 0; product < ST_PRODUCTS; product++)
    {
      const StPullbackQuery *asked = &slot->made[product].asked.of;
      if (asked->model != NULL && asked->images != images)
        return FALSE;
    }
  return TRUE;
}

/* Slots follow their columns to their new places; what is of other images is dropped. */
static void
move_slots (StPullbacks *self)
{
  Slot old[ST_COLUMNS_MAX];
  const StLiveQuery *query = &self->frame->query;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      old[i] = self->slots[i];
      self->slots[i] = (Slot) { 0 };
    }
  for (guint i = 0; i < query->columns; i++)
    {
      self->slots[i].id = query->ids[i];
      for (guint j = 0; j < ST_COLUMNS_MAX; j++)
        if (old[j].id == query->ids[i] && is_of_images (&old[j], query->images))
          {
            self->slots[i] = old[j];
            old[j] = (Slot) { 0 };
          }
    }
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    st_pullbacks_clear_slot (&old[i]);
}

void
st_pullbacks_expect (StPullbacks *self, guint64 generation)
{
  self->expected = generation;
}

void
st_pullbacks_follow (StPullbacks *self, StFrame *frame, gboolean training)
{
  const StImages *before = self->frame != NULL ? self->frame->query.images : NULL;
  const StImages *images = frame->query.images;
  if (before != NULL && images != before
      && (images == NULL || !st_images_same_clean (before, images)))
    self->shown.ends[0] = self->shown.ends[1] = -1;
  st_frame_ref (frame);
  st_frame_unref (self->frame);
  self->frame = frame;
  self->training = training;
  move_slots (self);
  st_pullbacks_show (self);
  st_pullbacks_consider (self);
}

void
st_pullbacks_yield (StPullbacks *self)
{
  self->not_before = MAX (self->not_before, g_get_monotonic_time () + REST_US);
  if (self->work != NULL && self->work->product >= ST_PRODUCT_PATH)
    st_cancel_ask (&self->work->cancel);   /* takes long; what was made of it before is kept */
}

void
st_pullbacks_set_watched (StPullbacks *self, guint figures)
{
  self->watched = figures;
  st_pullbacks_consider (self);
}

gboolean
st_pullbacks_is_busy (StPullbacks *self)
{
  return self->work != NULL || st_pullbacks_lack (self);
}

const StFigurePullbacks *
st_pullbacks_get (StPullbacks *self)
{
  return &self->shown;
}

/* ---- choices ---- */

void
st_pullbacks_set_map (StPullbacks *self, StFigureMap map)
{
  if (map == self->shown.map)
    return;
  self->shown.map = map;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MAP]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  st_pullbacks_consider (self);
}

StFigureMap
st_pullbacks_get_map (StPullbacks *self)
{
  return self->shown.map;
}

void
st_pullbacks_set_ellipses (StPullbacks *self, gboolean ellipses)
{
  if (!ellipses == !self->shown.ellipses)
    return;
  self->shown.ellipses = ellipses;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ELLIPSES]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  st_pullbacks_consider (self);
}

gboolean
st_pullbacks_get_ellipses (StPullbacks *self)
{
  return self->shown.ellipses;
}

/* What lay between other ends is shown no more. */
void
st_pullbacks_set_path_end (StPullbacks *self, guint end, int image)
{
  if (image == self->shown.ends[end])
    return;
  self->shown.ends[end] = image;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      st_pullbacks_clear_made (&self->slots[i], ST_PRODUCT_PATH);
      self->shown.paths[i] = NULL;
      self->shown.path_status[i] = st_success ();
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  st_pullbacks_consider (self);
}

int
st_pullbacks_get_path_end (StPullbacks *self, guint end)
{
  return self->shown.ends[end];
}

/* ---- object ---- */

static void
st_pullbacks_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StPullbacks *self = ST_PULLBACKS (object);
  switch (id)
    {
    case PROP_MAP: g_value_set_string (value, st_figure_map_id (self->shown.map)); break;
    case PROP_ELLIPSES: g_value_set_boolean (value, self->shown.ellipses); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

/* Names that nobody knows, from settings of another version, change nothing. */
static void
st_pullbacks_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StPullbacks *self = ST_PULLBACKS (object);
  StFigureMap map;
  switch (id)
    {
    case PROP_MAP:
      if (g_value_get_string (value) != NULL
          && st_figure_map_from_id (g_value_get_string (value), &map))
        st_pullbacks_set_map (self, map);
      break;
    case PROP_ELLIPSES: st_pullbacks_set_ellipses (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_pullbacks_dispose (GObject *object)
{
  StPullbacks *self = ST_PULLBACKS (object);
  if (self->work != NULL)
    st_cancel_ask (&self->work->cancel);
  self->work = NULL;
  g_clear_handle_id (&self->timer, g_source_remove);
  G_OBJECT_CLASS (st_pullbacks_parent_class)->dispose (object);
}

static void
st_pullbacks_finalize (GObject *object)
{
  StPullbacks *self = ST_PULLBACKS (object);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    st_pullbacks_clear_slot (&self->slots[i]);
  st_frame_unref (self->frame);
  if (self->shop != NULL)
    st_pullbacks_release_shop (self->shop);
  G_OBJECT_CLASS (st_pullbacks_parent_class)->finalize (object);
}

static void
st_pullbacks_class_init (StPullbacksClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  object_class->get_property = st_pullbacks_get_property;
  object_class->set_property = st_pullbacks_set_property;
  object_class->dispose = st_pullbacks_dispose;
  object_class->finalize = st_pullbacks_finalize;
  props[PROP_MAP] = g_param_spec_string ("map", NULL, NULL, NULL, flags);
  props[PROP_ELLIPSES] = g_param_spec_boolean ("ellipses", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, PROPS, props);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_pullbacks_init (StPullbacks *self)
{
  self->shown.ellipses = TRUE;
  self->shown.ends[0] = self->shown.ends[1] = -1;
  self->watched = 1u << ST_FIGURE_SCATTER;
  self->shop = g_atomic_rc_box_new0 (Shop);
  if (!st_ok (st_pool_new (0, &self->shop->pool)))
    g_clear_pointer (&self->shop, g_atomic_rc_box_release);
}

StPullbacks *
st_pullbacks_new (void)
{
  return g_object_new (ST_TYPE_PULLBACKS, NULL);
}
