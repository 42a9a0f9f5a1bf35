/* Of which classes the images are that are looked at and trained on. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-names.h>

/* Those of them that the open dataset has. */
static StClasses
that_are_there (StSession *self, const StClasses *classes)
{
  StClasses there = *classes;
  int missing;
  while (self->dataset != NULL && (missing = st_classes_missing (&there, self->dataset)) >= 0)
    st_classes_set (&there, (guint) missing, FALSE);
  return there;
}

static gboolean
take_classes (StSession *self, const StClasses *classes)
{
  const StClasses there = that_are_there (self, classes);
  if (st_classes_equal (&there, &self->classes))
    return FALSE;
  self->classes = there;
  g_object_notify_by_pspec (G_OBJECT (self), st_session_props[ST_SESSION_PROP_CLASSES]);
  return TRUE;
}

void
st_session_keep_classes (StSession *self)
{
  const StClasses classes = self->classes;
  take_classes (self, &classes);
}

void
st_session_set_classes (StSession *self, const StClasses *classes)
{
  g_clear_pointer (&self->message, g_free);
  if (take_classes (self, classes))
    st_session_load_images (self);
}

const StClasses *
st_session_get_classes (StSession *self)
{
  return &self->classes;
}

guint
st_session_get_all_classes (StSession *self)
{
  return self->dataset != NULL ? st_dataset_classes (self->dataset) : 0;
}

char *
st_session_describe_images (StSession *self, StNumbers numbers)
{
  if (self->images == NULL)
    return g_strdup ("");
  char *all = st_name_images (self->dataset_name, st_images_count (self->images), numbers);
  if (st_classes_are_all (&self->classes))
    return all;
  g_autofree char *images = all, *names = st_name_classes (self->dataset_name, &self->classes);
  /* Translators: "Fashion-MNIST test, 200 images", "T-shirt/top, Trouser". */
  return g_strdup_printf (_("%s: %s"), images, names);
}
