#include <st-cells.h>

#include <st-images.h>
#include <st-patches.h>
#include <st-verdict.h>

/* Patches of both pictures are numbered together, so that a colour means one patch. */
static void
count_patches (StCells *pair, StShape shape)
{
  const StSpec *spec = st_model_spec (pair->model);
  const float *const images[2] = { pair->pictures[0].pixels, pair->pictures[1].pixels };
  const guint cells = pair->latent.height * pair->latent.width;
  StField field;
  st_spec_field (spec, &field.size, &field.padding, &field.stride);
  pair->cells = g_new (guint, 2 * cells);
  StStatus status = st_patches_number (images, 2, shape, field, pair->latent.height,
                                       pair->latent.width,
                                       !st_model_padding_is_black (pair->model), pair->cells,
                                       &pair->patches);
  if (!st_ok (status))
    return;
  for (guint k = 0; k < 2; k++)
    {
      StCellsPicture *picture = &pair->pictures[k];
      picture->cells = pair->cells + k * cells;
      picture->seen = g_new0 (guint, pair->patches);
      for (guint cell = 0; cell < cells; cell++)
        picture->distinct += picture->seen[picture->cells[cell]]++ == 0;
      picture->bound = MIN (MIN (pair->latent.channels, cells - 1), picture->distinct - 1);
    }
}

gboolean
st_cells_init (const StView *view, StCells *pair)
{
  *pair = (StCells) { 0 };
  if (view->frame == NULL || view->frame->query.images == NULL)
    return FALSE;
  const StLiveQuery *query = &view->frame->query;
  const StShape shape = st_images_shape (query->images);
  const gint64 chosen = st_view_marked_image (view);
  pair->image = chosen >= 0 && chosen < st_images_count (query->images) ? (guint) chosen : 0;
  if (view->request->column < query->columns)
    pair->model = query->models[view->request->column];
  if (pair->model != NULL)
    {
      const StSpec *spec = st_model_spec (pair->model);
      const StLatent latent = query->latents[view->request->column];
      pair->reason = st_verdict_patches (spec->kind,
                                         view->request->sample ? ST_LATENT_SAMPLE : latent);
      pair->latent = st_spec_latent (spec);
    }
  pair->pictures[1].level = query->level;
  pair->pictures[0].result = st_view_clean (view);
  pair->pictures[1].result = st_view_now (view);
  for (guint k = 0; k < 2; k++)
    {
      StCellsPicture *picture = &pair->pictures[k];
      picture->pixels = g_new (float, st_shape_size (shape));
      st_images_perturbed (query->images, pair->image, picture->level, picture->pixels);
      if (picture->result != NULL
          && (pair->image >= picture->result->done || picture->result->lengths[2] == 0))
        picture->result = NULL;
    }
  if (pair->model != NULL && pair->reason == NULL)
    count_patches (pair, shape);
  return TRUE;
}

void
st_cells_clear (StCells *pair)
{
  for (guint k = 0; k < 2; k++)
    {
      g_free (pair->pictures[k].pixels);
      g_free (pair->pictures[k].seen);
    }
  g_free (pair->cells);
  g_free (pair->reason);
}

guint
st_cells_rank (const StView *view, const StCells *pair, guint k)
{
  return st_view_triple (view, pair->pictures[k].result, pair->image).r[2];
}
