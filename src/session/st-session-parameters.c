/* What hands set: each tells whoever follows it, and has everything asked anew that depends on
 * it. */
#include "st-session-private.h"

/* A change by the user: what was said before is old news. */
static void
changed (StSession *self, guint prop)
{
  g_clear_pointer (&self->message, g_free);
  g_object_notify_by_pspec (G_OBJECT (self), st_session_props[prop]);
}

void
st_session_set_images (StSession *self, guint images)
{
  images = CLAMP (images, 1, ST_IMAGES_MAX);
  if (images == self->count)
    return;
  self->count = images;
  changed (self, ST_SESSION_PROP_IMAGES);
  st_session_load_images (self);
}

void
st_session_set_perturbation (StSession *self, StPerturbKind kind)
{
  if (kind == self->kind || kind >= ST_PERTURB_KINDS)
    return;
  self->kind = kind;
  changed (self, ST_SESSION_PROP_PERTURBATION);
  st_session_load_images (self);
}

void
st_session_set_seed (StSession *self, guint64 seed)
{
  if (seed == self->seed)
    return;
  self->seed = seed;
  changed (self, ST_SESSION_PROP_SEED);
  st_session_load_images (self);
}

void
st_session_set_level (StSession *self, double level)
{
  level = CLAMP (level, 0, 1);
  if (level == self->level)
    return;
  self->level = level;
  if (self->run != NULL)
    st_run_yield (self->run);
  st_embeddings_yield (self->embeddings);
  st_pullbacks_yield (self->pullbacks);
  st_tradeoffs_yield (self->tradeoffs);
  changed (self, ST_SESSION_PROP_LEVEL);
  st_session_ask (self);
}

void
st_session_set_latent (StSession *self, StLatent latent)
{
  if (latent == self->latent)
    return;
  self->latent = latent;
  st_session_retitle (self);
  changed (self, ST_SESSION_PROP_LATENT);
  st_session_ask (self);
}

void
st_session_set_tolerance (StSession *self, double tolerance)
{
  tolerance = CLAMP (tolerance, 1e-14, 0.1);
  if (tolerance == self->tolerance)
    return;
  self->tolerance = tolerance;
  changed (self, ST_SESSION_PROP_TOLERANCE);
  st_session_ask (self);
}

void
st_session_set_kernel (StSession *self, StKernel kernel)
{
  if (kernel == self->kernel || kernel >= ST_KERNELS_ALL)
    return;
  self->kernel = kernel;
  changed (self, ST_SESSION_PROP_KERNEL);
  st_session_ask (self);
}

void
st_session_set_visible (StSession *self, guint visible)
{
  if (visible == self->visible)
    return;
  self->visible = visible;
  st_session_ask (self);
}

void
st_session_set_selected (StSession *self, int selected)
{
  int count = self->images != NULL ? (int) st_images_count (self->images) : 0;
  selected = CLAMP (selected, -1, count - 1);
  if (selected == self->selected)
    return;
  self->selected = selected;
  g_object_notify_by_pspec (G_OBJECT (self), st_session_props[ST_SESSION_PROP_SELECTED]);
}

const char *st_session_get_dataset (StSession *self) { return self->dataset_name; }
guint st_session_get_images (StSession *self) { return self->count; }
StPerturbKind st_session_get_perturbation (StSession *self) { return self->kind; }
guint64 st_session_get_seed (StSession *self) { return self->seed; }
double st_session_get_level (StSession *self) { return self->level; }
StLatent st_session_get_latent (StSession *self) { return self->latent; }
double st_session_get_tolerance (StSession *self) { return self->tolerance; }

double
st_session_get_shown_tolerance (StSession *self)
{
  return self->frame != NULL ? self->frame->query.tolerance : self->tolerance;
}

StKernel st_session_get_kernel (StSession *self) { return self->kernel; }
int st_session_get_selected (StSession *self) { return self->selected; }
StSelection *st_session_get_selection (StSession *self) { return self->selection; }
StZoom *st_session_get_zoom (StSession *self) { return self->zoom; }
StFrame *st_session_get_frame (StSession *self) { return self->frame; }
StImages *st_session_get_image_set (StSession *self) { return self->images; }
const char *st_session_get_status (StSession *self) { return self->status; }

guint
st_session_get_available (StSession *self)
{
  return self->dataset != NULL ? st_dataset_count (self->dataset) : 0;
}
