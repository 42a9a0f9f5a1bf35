/* A session of its own for each test, and how they wait for what it tells. */
#pragma once

#include <st-blas.h>
#include <st-job.h>
#include <st-places.h>
#include <st-session.h>

typedef gboolean (*Condition) (StSession *session, gconstpointer data);

static inline gboolean
give_up (gpointer data)
{
  g_error ("waited for five minutes in vain");
  return G_SOURCE_REMOVE;
}

static inline void
wait_for (StSession *session, Condition condition, gconstpointer data)
{
  guint timer = g_timeout_add_seconds (300, give_up, NULL);
  while (!condition (session, data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

static inline gboolean
has_images (StSession *session, gconstpointer count)
{
  StImages *images = st_session_get_image_set (session);
  return images != NULL && st_images_count (images) == GPOINTER_TO_UINT (count);
}

static inline gboolean
is_complete (StSession *session, gconstpointer columns)
{
  const StFrame *frame = st_session_get_frame (session);
  return frame != NULL && frame->complete && frame->query.columns == GPOINTER_TO_UINT (columns)
         && frame->query.level == st_session_get_level (session)
         && frame->query.images == st_session_get_image_set (session);
}

static inline gboolean
status_begins (StSession *session, gconstpointer text)
{
  return g_str_has_prefix (st_session_get_status (session), text);
}

static inline StSession *
open_session (guint images)
{
  StSession *session = st_session_new ();
  st_session_set_images (session, images);
  st_session_open_dataset (session, "builtin");
  wait_for (session, has_images, GUINT_TO_POINTER (images));
  return session;
}

static inline void
close_session (StSession *session)
{
  /* Whatever it does in the background, it goes with its owner. */
  g_assert_finalize_object (session);
  st_jobs_finish ();
}
