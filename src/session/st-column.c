#include <st-column.h>

#include <math.h>

/* Frames are of weights that training may have left behind for a while. */
enum { REMEMBERED = 64 };
typedef struct Known { guint64 weights; double epoch; } Known;

struct _StColumn {
  GObject parent_instance;
  StModelFile file;
  char *title, *path;
  guint place;
  guint64 id, weights, next_weights;
  double epoch;
  guint epochs;
  Known known[REMEMBERED];   /* the last ones, in turn */
  guint n_known;
  gboolean shown, unsaved;
  StTwin twin;
};

enum { PROP_0, PROP_TITLE, PROP_SHOWN, PROPS };
static GParamSpec *props[PROPS];
enum { SIGNAL_WEIGHTS, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StColumn, st_column, G_TYPE_OBJECT)

static void
st_column_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StColumn *self = ST_COLUMN (object);
  switch (id)
    {
    case PROP_TITLE: g_value_set_string (value, self->title); break;
    case PROP_SHOWN: g_value_set_boolean (value, self->shown); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_column_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StColumn *self = ST_COLUMN (object);
  switch (id)
    {
    case PROP_TITLE: st_column_set_title (self, g_value_get_string (value)); break;
    case PROP_SHOWN: st_column_set_shown (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_column_finalize (GObject *object)
{
  StColumn *self = ST_COLUMN (object);
  st_model_file_clear (&self->file);
  g_free (self->title);
  g_free (self->path);
  G_OBJECT_CLASS (st_column_parent_class)->finalize (object);
}

static void
st_column_class_init (StColumnClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  object_class->get_property = st_column_get_property;
  object_class->set_property = st_column_set_property;
  object_class->finalize = st_column_finalize;

  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_SHOWN] = g_param_spec_boolean ("shown", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, PROPS, props);
  signals[SIGNAL_WEIGHTS] = g_signal_new ("weights", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_column_init (StColumn *self)
{
  self->shown = TRUE;
}

StColumn *
st_column_new (StModelFile *file, const char *path, guint place)
{
  /* Only the main thread makes columns. */
  static guint64 last_id;
  StColumn *self = g_object_new (ST_TYPE_COLUMN, NULL);
  self->file = *file;
  *file = (StModelFile) { 0 };
  self->path = g_strdup (path);
  self->place = place;
  self->id = ++last_id;
  self->weights = 1;
  self->next_weights = 2;
  self->epoch = NAN;
  return self;
}

const char *
st_column_get_title (StColumn *self)
{
  return self->title;
}

void
st_column_set_title (StColumn *self, const char *title)
{
  if (g_strcmp0 (title, self->title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

const char *
st_column_get_path (StColumn *self)
{
  return self->path;
}

guint
st_column_get_place (StColumn *self)
{
  return self->place;
}

StTwin
st_column_get_twin (StColumn *self)
{
  return self->twin;
}

void
st_column_set_twin (StColumn *self, StTwin twin)
{
  self->twin = twin;
}

guint64
st_column_get_id (StColumn *self)
{
  return self->id;
}

guint64
st_column_get_weights (StColumn *self)
{
  return self->weights;
}

StModel *
st_column_get_model (StColumn *self)
{
  return self->file.model;
}

const StModelFile *
st_column_get_file (StColumn *self)
{
  return &self->file;
}

gboolean
st_column_get_shown (StColumn *self)
{
  return self->shown;
}

void
st_column_set_shown (StColumn *self, gboolean shown)
{
  shown = !!shown;
  if (shown == self->shown)
    return;
  self->shown = shown;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOWN]);
}

void
st_column_set_model (StColumn *self, StModel *model, guint64 weights, double epoch, guint epochs)
{
  if (weights == self->weights)
    return;
  st_model_ref (model);
  st_model_unref (self->file.model);
  self->file.model = model;
  if (self->file.state != NULL)   /* it was that of the file's weights */
    st_train_state_clear (self->file.state);
  g_clear_pointer (&self->file.state, g_free);
  self->weights = weights;
  self->epoch = epoch;
  self->epochs = epochs;
  self->known[self->n_known++ % REMEMBERED] = (Known) { weights, epoch };
  self->unsaved = TRUE;
  if (self->twin == ST_TWIN_UNTRAINED && epoch > 0)
    self->twin = ST_TWIN_NONE;
  g_signal_emit (self, signals[SIGNAL_WEIGHTS], 0);
}

guint64
st_column_reserve_weights (StColumn *self, guint64 n)
{
  guint64 first = self->next_weights;
  self->next_weights += n;
  return first;
}

double
st_column_get_epoch (StColumn *self)
{
  return self->epoch;
}

double
st_column_get_epoch_of (StColumn *self, guint64 weights)
{
  for (guint i = 0; i < MIN (self->n_known, REMEMBERED); i++)
    if (self->known[i].weights == weights)
      return self->known[i].epoch;
  return NAN;
}

guint
st_column_get_epochs (StColumn *self)
{
  return self->epochs;
}

gboolean
st_column_get_unsaved (StColumn *self)
{
  return self->unsaved;
}

void
st_column_set_saved (StColumn *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
  self->unsaved = FALSE;
  g_signal_emit (self, signals[SIGNAL_WEIGHTS], 0);
}

void
st_column_describe_training (StColumn *self, const char *dataset, const StClasses *classes,
                             guint64 seed, guint epochs)
{
  GHashTable *metadata = self->file.metadata;
  char names[ST_CLASSES_TEXT];
  st_classes_format (classes, names);
  g_hash_table_insert (metadata, g_strdup ("dataset"), g_strdup (dataset));
  if (st_classes_are_all (classes))
    g_hash_table_remove (metadata, "classes");
  else
    g_hash_table_insert (metadata, g_strdup ("classes"), g_strdup (names));
  g_hash_table_insert (metadata, g_strdup ("seed"),
                       g_strdup_printf ("%" G_GUINT64_FORMAT, seed));
  g_hash_table_insert (metadata, g_strdup ("epochs"), g_strdup_printf ("%u", epochs));
}
