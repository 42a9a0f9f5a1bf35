#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-bell.h>
#include <st-grid.h>
#include <st-names.h>
#include <st-words.h>

GParamSpec *st_session_props[ST_SESSION_PROPS];
guint st_session_signals[ST_SESSION_SIGNALS];

G_DEFINE_FINAL_TYPE (StSession, st_session, G_TYPE_OBJECT)

/* ---- status ---- */

/* "Training CAE, DAE: epoch 2 of 5" */
static char *
describe_run (StRun *run)
{
  g_autoptr (GString) titles = g_string_new (NULL);
  guint epochs = st_run_get_epochs (run), epoch = 1;
  for (guint i = 0; i < st_run_get_columns (run); i++)
    {
      const StTrainingReport *report = st_run_get_report (run, i);
      StModel *model = st_column_get_model (st_run_get_column (run, i));
      g_string_append_printf (titles, "%s%s", i > 0 ? ", " : "",
                              st_name_kind (st_model_spec (model)->kind));
      if (report != NULL)
        epoch = MAX (epoch, (guint) report->epoch + 1);
    }
  epoch = MIN (epoch, epochs);
  if (st_run_get_state (run) == ST_RUN_LOADING)
    return g_strdup_printf (_("Training %s: reading images"), titles->str);
  if (st_run_get_state (run) == ST_RUN_PAUSED)
    return g_strdup_printf (_("Paused %s: epoch %u of %u"), titles->str, epoch, epochs);
  return g_strdup_printf (_("Training %s: epoch %u of %u"), titles->str, epoch, epochs);
}

static char *
describe_state (StSession *self)
{
  const StFrame *frame = self->frame;
  if (self->run != NULL && st_run_is_active (self->run))
    return describe_run (self->run);
  if (self->loading > 0)
    return g_strdup (_("Opening files"));
  if (self->images == NULL)
    return g_strdup (_("No images open"));
  if (st_session_get_shown_column (self, 0) == NULL)
    return g_strdup (g_list_model_get_n_items (G_LIST_MODEL (self->columns)) > 0
                       ? _("All models are hidden") : _("No model open"));
  if (frame == NULL || frame->query.images != self->images)
    return g_strdup (_("Computing"));
  for (guint i = 0; i < frame->query.columns; i++)
    if (!st_ok (frame->status[i]))
      {
        StColumn *column = st_session_get_shown_column (self, i);
        return st_words_status (frame->status[i],
                                column != NULL ? st_column_get_title (column) : NULL, NULL);
      }
  char *embedding = st_session_describe_embedding (self);
  if (embedding != NULL)
    return embedding;
  if (!frame->sweep_complete)
    return g_strdup_printf (_("Computing levels, %u of %u"), frame->sweep_done,
                            frame->query.levels);
  if (!frame->angles_complete || frame->angles_done < frame->query.levels)
    return g_strdup_printf (_("Computing angles, %u of %u"), frame->angles_done,
                            frame->query.levels);
  char *sweep = st_session_describe_tradeoff (self);
  if (sweep != NULL)
    return sweep;
  const guint count = st_images_count (self->images);
  const guint selected = st_selection_get_selected (self->selection);
  if (selected > 0)
    return g_strdup_printf (_("Ready, %u of %u images, %u selected"), count, count, selected);
  return g_strdup_printf (_("Ready, %u of %u images"), count, count);
}

void
st_session_update_status (StSession *self)
{
  g_autofree char *status = self->message != NULL ? g_strdup (self->message)
                                                  : describe_state (self);
  if (g_strcmp0 (status, self->status) == 0)
    return;
  g_free (self->status);
  self->status = g_steal_pointer (&status);
  g_object_notify_by_pspec (G_OBJECT (self), st_session_props[ST_SESSION_PROP_STATUS]);
}

void
st_session_say (StSession *self, const char *sentence)
{
  g_autofree char *copy = g_strdup (sentence);
  g_free (self->message);
  self->message = g_steal_pointer (&copy);
  st_session_update_status (self);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_SAID], 0, self->message);
}

void
st_session_say_could_not_open (StSession *self, StStatus status, const char *path,
                               const char *tensor)
{
  g_autofree char *sentence = st_words_could_not_open (status, path, tensor);
  st_session_say (self, sentence);
}

/* ---- asking the live worker ---- */

StLatent
st_session_column_latent (StSession *self, StColumn *column)
{
  return st_column_get_twin (column) == ST_TWIN_SAMPLE ? ST_LATENT_SAMPLE : self->latent;
}

void
st_session_ask (StSession *self)
{
  StLiveQuery query = { 0 };
  if (self->live == NULL || self->images == NULL)
    {
      st_session_update_status (self);
      return;
    }
  query.images = self->images;
  query.seed = self->seed;
  query.level = self->level;
  query.visible = self->visible;
  query.subspace = ST_SESSION_ANGLES;
  query.kernel = self->kernel;
  query.tolerance = self->tolerance;
  query.levels = ST_GRID_LEVELS;
  st_grid_fill (self->kind, query.levels, query.grid);
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      StColumn *column = st_session_get_shown_column (self, i);
      if (column == NULL)
        break;
      query.ids[i] = st_column_get_id (column);
      query.models[i] = st_column_get_model (column);
      query.weights[i] = st_column_get_weights (column);
      query.latents[i] = st_session_column_latent (self, column);
      query.columns++;
    }
  const guint64 generation = st_live_post (self->live, &query);
  st_embeddings_expect (self->embeddings, generation);
  st_pullbacks_expect (self->pullbacks, generation);
  st_session_update_status (self);
}

static gboolean
take_frame (gpointer data)
{
  StSession *self = data;
  StFrame *frame = st_live_take (self->live);
  if (frame == NULL)
    return G_SOURCE_CONTINUE;
  if (self->frame != NULL && frame->generation < self->frame->generation)
    {
      st_frame_unref (frame);
      return G_SOURCE_CONTINUE;
    }
  st_frame_unref (self->frame);
  self->frame = frame;
  st_session_follow_embeddings (self);
  st_session_update_status (self);
  g_signal_emit (self, st_session_signals[ST_SESSION_SIGNAL_FRAME], 0);
  return G_SOURCE_CONTINUE;
}

/* ---- object ---- */

static void
st_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StSession *self = ST_SESSION (object);
  switch (id)
    {
    case ST_SESSION_PROP_DATASET: g_value_set_string (value, self->dataset_name); break;
    case ST_SESSION_PROP_IMAGES: g_value_set_uint (value, self->count); break;
    case ST_SESSION_PROP_PERTURBATION: g_value_set_uint (value, self->kind); break;
    case ST_SESSION_PROP_SEED: g_value_set_uint64 (value, self->seed); break;
    case ST_SESSION_PROP_LEVEL: g_value_set_double (value, self->level); break;
    case ST_SESSION_PROP_LATENT: g_value_set_uint (value, self->latent); break;
    case ST_SESSION_PROP_TOLERANCE: g_value_set_double (value, self->tolerance); break;
    case ST_SESSION_PROP_KERNEL: g_value_set_uint (value, self->kernel); break;
    case ST_SESSION_PROP_SELECTED: g_value_set_int (value, self->selected); break;
    case ST_SESSION_PROP_STATUS: g_value_set_string (value, self->status); break;
    case ST_SESSION_PROP_CLASSES:
      {
        char text[ST_CLASSES_TEXT];
        st_classes_format (&self->classes, text);
        g_value_set_string (value, text);
        break;
      }
    case ST_SESSION_PROP_AVAILABLE:
      g_value_set_uint (value, st_session_get_available (self));
      break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StSession *self = ST_SESSION (object);
  switch (id)
    {
    case ST_SESSION_PROP_IMAGES: st_session_set_images (self, g_value_get_uint (value)); break;
    case ST_SESSION_PROP_PERTURBATION:
      st_session_set_perturbation (self, g_value_get_uint (value));
      break;
    case ST_SESSION_PROP_SEED: st_session_set_seed (self, g_value_get_uint64 (value)); break;
    case ST_SESSION_PROP_LEVEL: st_session_set_level (self, g_value_get_double (value)); break;
    case ST_SESSION_PROP_LATENT: st_session_set_latent (self, g_value_get_uint (value)); break;
    case ST_SESSION_PROP_TOLERANCE:
      st_session_set_tolerance (self, g_value_get_double (value));
      break;
    case ST_SESSION_PROP_KERNEL: st_session_set_kernel (self, g_value_get_uint (value)); break;
    case ST_SESSION_PROP_SELECTED: st_session_set_selected (self, g_value_get_int (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
st_session_finalize (GObject *object)
{
  StSession *self = ST_SESSION (object);
  g_clear_object (&self->run);
  g_clear_object (&self->embeddings);
  g_clear_object (&self->pullbacks);
  g_clear_object (&self->tradeoffs);
  g_clear_object (&self->decoding);
  st_live_free (self->live);
  st_bell_free (self->bell);
  st_frame_unref (self->frame);
  st_frame_unref (self->kept);
  st_images_unref (self->images);
  st_dataset_unref (self->dataset);
  g_object_unref (self->columns);
  g_object_unref (self->selection);
  g_object_unref (self->zoom);
  g_free (self->dataset_name);
  g_free (self->message);
  g_free (self->status);
  G_OBJECT_CLASS (st_session_parent_class)->finalize (object);
}

static void
st_session_class_init (StSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  object_class->get_property = st_session_get_property;
  object_class->set_property = st_session_set_property;
  object_class->finalize = st_session_finalize;

  GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GParamFlags write = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamSpec **props = st_session_props;
  props[ST_SESSION_PROP_DATASET] = g_param_spec_string ("dataset", NULL, NULL, NULL, read);
  props[ST_SESSION_PROP_IMAGES] = g_param_spec_uint ("images", NULL, NULL, 1, ST_IMAGES_MAX, 200,
                                                     write);
  props[ST_SESSION_PROP_PERTURBATION] = g_param_spec_uint ("perturbation", NULL, NULL, 0,
                                                           ST_PERTURB_KINDS - 1, 0, write);
  props[ST_SESSION_PROP_SEED] = g_param_spec_uint64 ("seed", NULL, NULL, 0, G_MAXUINT64, 0, write);
  props[ST_SESSION_PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0, 1, 0, write);
  props[ST_SESSION_PROP_LATENT] = g_param_spec_uint ("latent", NULL, NULL, 0, ST_LATENT_SAMPLE, 0,
                                                     write);
  props[ST_SESSION_PROP_TOLERANCE] = g_param_spec_double ("tolerance", NULL, NULL, 1e-14, 0.1,
                                                          1e-8, write);
  props[ST_SESSION_PROP_KERNEL] = g_param_spec_uint ("kernel", NULL, NULL, 0, ST_KERNELS_ALL - 1,
                                                     0, write);
  props[ST_SESSION_PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, read);
  props[ST_SESSION_PROP_AVAILABLE] = g_param_spec_uint ("available", NULL, NULL, 0, G_MAXUINT, 0,
                                                        read);
  props[ST_SESSION_PROP_SELECTED] = g_param_spec_int ("selected", NULL, NULL, -1,
                                                      ST_IMAGES_MAX - 1, -1, write);
  props[ST_SESSION_PROP_CLASSES] = g_param_spec_string ("classes", NULL, NULL, "", read);
  g_object_class_install_properties (object_class, ST_SESSION_PROPS, props);

  st_session_signals[ST_SESSION_SIGNAL_FRAME]
    = g_signal_new ("frame", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  st_session_signals[ST_SESSION_SIGNAL_COLUMNS]
    = g_signal_new ("columns", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 0);
  st_session_signals[ST_SESSION_SIGNAL_TRAINING]
    = g_signal_new ("training", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
  st_session_signals[ST_SESSION_SIGNAL_SAID]
    = g_signal_new ("said", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
st_session_init (StSession *self)
{
  self->count = 200;
  self->kind = ST_PERTURB_SALT_PEPPER;
  self->tolerance = 1e-8;
  self->visible = 8;
  self->selected = -1;
  self->selection = st_selection_new ();
  self->zoom = st_zoom_new ();
  self->training_images = 10000;
  self->epochs = 5;
  self->beta = self->lambda = -1;
  self->isometry = -1;
  self->columns = g_list_store_new (ST_TYPE_COLUMN);
  self->bell = st_bell_new (take_frame, self);
  self->embeddings = st_embeddings_new ();
  self->pullbacks = st_pullbacks_new ();
  self->tradeoffs = st_tradeoffs_new ();
  g_signal_connect_object (self->tradeoffs, "notify::distortion",
                           G_CALLBACK (st_session_forget_distortion), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tradeoffs, "changed", G_CALLBACK (st_session_update_status), self,
                           G_CONNECT_SWAPPED);
  self->decoding = st_decoding_new ();
  g_signal_connect_object (self->selection, "changed", G_CALLBACK (st_session_update_status),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->embeddings, "changed", G_CALLBACK (st_session_update_status),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "training", G_CALLBACK (st_session_follow_embeddings), NULL);
  g_signal_connect_object (self->embeddings, "notify::method",
                           G_CALLBACK (st_session_forget_places), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->embeddings, "notify::metric",
                           G_CALLBACK (st_session_forget_places), self, G_CONNECT_SWAPPED);
  StStatus status = st_live_new (0, st_bell_ring, self->bell, &self->live);
  if (!st_ok (status))
    {
      g_autofree char *sentence = st_words_status (status, NULL, NULL);
      st_session_say (self, sentence);
    }
  st_session_update_status (self);
}

StSession *
st_session_new (void)
{
  return g_object_new (ST_TYPE_SESSION, NULL);
}
