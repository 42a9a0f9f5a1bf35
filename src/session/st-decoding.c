#include <st-decoding.h>

#include <st-job.h>

typedef struct Work {
  guint64 column;
  StModel *model;
  StReference *reference;
  double place[2];
  float *pixels;
  StStatus status;
} Work;

struct _StDecoding {
  GObject parent_instance;
  gboolean busy;          /* one place is under way */
  Work *next;             /* the newest place that waits for it; or NULL */
  gboolean gone;          /* the pointer, since the last place */
  StFigureDecoded shown;
};

enum { SIGNAL_CHANGED, SIGNALS };
static guint signals[SIGNALS];

G_DEFINE_FINAL_TYPE (StDecoding, st_decoding, G_TYPE_OBJECT)

static void
work_free (gpointer data)
{
  Work *work = data;
  st_model_unref (work->model);
  st_reference_unref (work->reference);
  g_free (work->pixels);
  g_free (work);
}

static void
work_run (gpointer data)
{
  Work *work = data;
  work->status = st_pullback_decode (work->model, work->reference, work->place, work->pixels);
}

static void start (StDecoding *self);

static void
show (StDecoding *self, Work *work)
{
  g_free (self->shown.pixels);
  self->shown = (StFigureDecoded) { .column = work->column,
                                    .place = { work->place[0], work->place[1] },
                                    .image = st_model_spec (work->model)->image,
                                    .pixels = g_steal_pointer (&work->pixels) };
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
work_done (gpointer owner, gpointer data)
{
  StDecoding *self = owner;
  Work *work = data;
  self->busy = FALSE;
  if (!self->gone && st_ok (work->status))
    show (self, work);
  start (self);
}

static void
start (StDecoding *self)
{
  if (self->busy || self->next == NULL)
    return;
  self->busy = TRUE;
  st_job_start (self, g_steal_pointer (&self->next), work_free, work_run, work_done);
}

void
st_decoding_point (StDecoding *self, StFrame *frame, guint column, const double place[2])
{
  StModel *model = column < frame->query.columns ? frame->query.models[column] : NULL;
  StReference *reference = model != NULL ? frame->references[column] : NULL;
  g_clear_pointer (&self->next, work_free);
  if (reference == NULL || !st_pullback_has_plane (model))
    return;
  self->next = g_new0 (Work, 1);
  self->next->column = frame->query.ids[column];
  self->next->model = st_model_ref (model);
  self->next->reference = st_reference_ref (reference);
  self->next->place[0] = place[0];
  self->next->place[1] = place[1];
  self->next->pixels = g_new (float, st_shape_size (st_model_spec (model)->image));
  self->gone = FALSE;
  start (self);
}

void
st_decoding_leave (StDecoding *self)
{
  g_clear_pointer (&self->next, work_free);
  self->gone = TRUE;
  if (self->shown.column == 0)
    return;
  g_clear_pointer (&self->shown.pixels, g_free);
  self->shown.column = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

const StFigureDecoded *
st_decoding_get (StDecoding *self)
{
  return self->shown.column != 0 ? &self->shown : NULL;
}

static void
st_decoding_finalize (GObject *object)
{
  StDecoding *self = ST_DECODING (object);
  g_clear_pointer (&self->next, work_free);
  g_free (self->shown.pixels);
  G_OBJECT_CLASS (st_decoding_parent_class)->finalize (object);
}

static void
st_decoding_class_init (StDecodingClass *class)
{
  G_OBJECT_CLASS (class)->finalize = st_decoding_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
st_decoding_init (StDecoding *self)
{
}

StDecoding *
st_decoding_new (void)
{
  return g_object_new (ST_TYPE_DECODING, NULL);
}
