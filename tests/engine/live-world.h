/* A live worker on the small world, and how tests wait for its frames. */
#pragma once

#include "small-world.h"

#include <st-live.h>
#include <string.h>

static inline void
query_init (StLiveQuery *query, uint32_t columns)
{
  *query = (StLiveQuery) { .columns = columns, .level = 0, .visible = 3, .levels = 5 };
  query->images = small_images (20, ST_PERTURB_SALT_PEPPER, 0);
  for (uint32_t i = 0; i < columns; i++)
    {
      query->ids[i] = i + 1;
      query->weights[i] = 1;
      query->models[i] = small_model (i % 2 == 0 ? ST_KIND_CAE : ST_KIND_VAE, i);
    }
  for (uint32_t i = 0; i < query->levels; i++)
    query->grid[i] = i / 4.0;
}

typedef struct Bell { GMutex mutex; GCond cond; guint rung; guint sleep_us; } Bell;

static inline void
ring (void *context)
{
  Bell *bell = context;
  g_mutex_lock (&bell->mutex);
  bell->rung++;
  g_cond_signal (&bell->cond);
  g_mutex_unlock (&bell->mutex);
  if (bell->sleep_us > 0)
    g_usleep (bell->sleep_us);   /* rung on the worker's thread: this makes a slow worker */
}

/* The next frame, waiting for it. */
static inline StFrame *
wait_frame (StLive *live, Bell *bell)
{
  StFrame *frame;
  g_mutex_lock (&bell->mutex);
  while ((frame = st_live_take (live)) == NULL)
    g_cond_wait (&bell->cond, &bell->mutex);
  g_mutex_unlock (&bell->mutex);
  return frame;
}

static inline StFrame *
wait_until (StLive *live, Bell *bell, uint64_t generation, gboolean sweep)
{
  for (;;)
    {
      StFrame *frame = wait_frame (live, bell);
      if (frame->generation == generation && frame->complete && (!sweep || frame->sweep_complete))
        return frame;
      st_frame_unref (frame);
    }
}

/* The first frame that answers a query. */
static inline StFrame *
wait_answer (StLive *live, Bell *bell, uint64_t generation)
{
  StFrame *frame = wait_frame (live, bell);
  while (frame->generation != generation)
    {
      st_frame_unref (frame);
      frame = wait_frame (live, bell);
    }
  return frame;
}

/* The frame in which nothing is missing any more. */
static inline StFrame *
wait_angles (StLive *live, Bell *bell, uint64_t generation)
{
  for (;;)
    {
      StFrame *frame = wait_until (live, bell, generation, TRUE);
      if (frame->angles_complete && frame->angles_done == frame->query.levels)
        return frame;
      st_frame_unref (frame);
    }
}
