#include <st-frame.h>

#include <st-alloc.h>

#include <stdatomic.h>

/* The public part comes first, so that a StFrame * is a Counted *. */
typedef struct Counted {
  StFrame frame;
  atomic_uint references;
} Counted;

void
st_live_query_copy (const StLiveQuery *from, StLiveQuery *to)
{
  *to = *from;
  for (uint32_t i = 0; i < to->columns; i++)
    st_model_ref (to->models[i]);
  if (to->images != NULL)
    st_images_ref (to->images);
}

void
st_live_query_clear (StLiveQuery *query)
{
  for (uint32_t i = 0; i < query->columns; i++)
    st_model_unref (query->models[i]);
  st_images_unref (query->images);
  *query = (StLiveQuery) { 0 };
}

StFrame *
st_frame_new (uint64_t generation, const StLiveQuery *query)
{
  Counted *counted = st_alloc (1, sizeof *counted);
  if (counted == NULL)
    return NULL;
  counted->references = 1;
  counted->frame.generation = generation;
  st_live_query_copy (query, &counted->frame.query);
  return &counted->frame;
}

StFrame *
st_frame_ref (StFrame *frame)
{
  atomic_fetch_add (&((Counted *) frame)->references, 1);
  return frame;
}

void
st_frame_unref (StFrame *frame)
{
  if (frame == NULL || atomic_fetch_sub (&((Counted *) frame)->references, 1) != 1)
    return;
  for (uint32_t i = 0; i < ST_COLUMNS_MAX; i++)
    {
      st_reference_unref (frame->references[i]);
      st_result_unref (frame->now[i]);
      st_summary_unref (frame->now_summary[i]);
      for (uint32_t level = 0; level < ST_LEVELS_MAX; level++)
        {
          st_result_unref (frame->sweep[i][level]);
          st_summary_unref (frame->sweep_summary[i][level]);
        }
    }
  st_live_query_clear (&frame->query);
  st_free (frame);
}
