/* Reconstructions: one image is one vertical triple, clean, shown to the model, rebuilt by
 * it; below it the rank of its S3, clean and now. */
#include <st-strip.h>

#include <st-images.h>
#include <st-spectrum.h>

enum { ROWS = 3 };

static gboolean
has_ranks (const StView *view)
{
  return view->frame == NULL || st_view_any_unfolds (view);
}

static void
layout (StView *view)
{
  const gboolean ranks = has_ranks (view);
  st_strip_layout (view, ROWS);
  st_view_key (view, &ranks, sizeof ranks);
}

static void
base (StView *view)
{
  const char *const names[ROWS] = { _("clean"), _("shown"), _("rebuilt") };
  st_strip_names (view, ROWS, names, has_ranks (view) ? _("rank") : "");
}

static void
draw_triple (StView *view, guint place, float *scratch)
{
  const guint i = st_strip_image (view, place);
  const StImages *images = view->frame->query.images;
  const StShape shape = st_images_shape (images);
  const StResult *now = st_view_now (view);
  st_view_floats (view, st_images_clean (images, i, scratch), shape, st_strip_rect (view, place, 0),
                  TRUE);
  st_images_perturbed (images, i, view->frame->query.level, scratch);
  st_view_floats (view, scratch, shape, st_strip_rect (view, place, 1), TRUE);

  const StRect rect = st_strip_rect (view, place, 2);
  if (now != NULL && now->pictures != NULL && i < now->done)
    st_view_bytes (view, now->pictures + i * st_shape_size (shape), shape, rect, TRUE);
  else
    st_strip_waiting (view, rect);
  st_strip_cover (view, place, ROWS);
}

static guint
rank_of (const StView *view, const StResult *result, guint i)
{
  return st_rank (st_result_eigenvalues (result, i, 2), result->lengths[2],
                  view->request->tolerance);
}

/* "29→48", or one number where nothing changed, or where the clean rank is not known. */
static void
draw_rank (StView *view, guint place)
{
  const guint i = st_strip_image (view, place);
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  if (now == NULL || i >= now->done || now->lengths[2] == 0)
    return;
  const guint rank = rank_of (view, now, i);
  const gboolean compare = clean != NULL && i < clean->done;
  const guint before = compare ? rank_of (view, clean, i) : rank;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  if (before != rank && !st_view_is_aside (view, i))
    style.colour = view->style->text;
  char *text = before == rank ? g_strdup_printf ("%u", rank)
                              : g_strdup_printf ("%u\342\206\222%u", before, rank);
  const StRect rect = st_strip_rect (view, place, 0);
  st_scene_text (view->overlay, rect.x + rect.width / 2, st_strip_baseline (view, ROWS), text,
                 &style);
  g_free (text);
}

static void
overlay (StView *view)
{
  StValueLine line = st_view_values (view);
  st_view_partial (view, &line, st_view_now (view));
  const guint n = st_strip_count (view);
  if (n == 0)
    return;
  float *scratch = g_new (float, st_shape_size (st_images_shape (view->frame->query.images)));
  for (guint i = 0; i < n; i++)
    {
      draw_triple (view, i, scratch);
      draw_rank (view, i);
    }
  g_free (scratch);
}

static void
describe (StView *view, GString *out)
{
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  if (now == NULL)
    return;
  guint changed = 0, compared = 0;
  if (clean != NULL && now->lengths[2] > 0)
    compared = MIN (now->done, clean->done);
  for (guint i = 0; i < compared; i++)
    changed += rank_of (view, now, i) != rank_of (view, clean, i);
  char *mean = st_number_psnr (view->request->numbers, st_result_psnr (now));
  g_string_append_printf (out, _(", mean PSNR %s"), mean);
  if (compared > 0)
    g_string_append_printf (out, _(", rank of S3 changed in %u of %u images"), changed, compared);
  g_free (mean);
  const gint64 chosen = st_view_highlighted (view, now);
  if (chosen < 0)
    return;
  st_view_append_image (view, out, (guint) chosen);
  if (clean != NULL && chosen < clean->done && now->lengths[2] > 0)
    g_string_append_printf (out, _(": rank of S3 %u when clean, %u now"),
                            rank_of (view, clean, (guint) chosen),
                            rank_of (view, now, (guint) chosen));
}

static StTable *
table (StView *view)
{
  static const char *const names[] = { "position", "index", "label", "psnr_db", "s3_clean", "s3" };
  StTable *out = st_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    st_table_add_column (out, names[i]);
  const StResult *now = st_view_now (view), *clean = st_view_clean (view);
  const StImages *images = view->frame != NULL ? view->frame->query.images : NULL;
  for (guint i = 0; now != NULL && i < now->done; i++)
    {
      st_table_add_row (out);
      st_table_set (out, 0, i);
      if (images != NULL)
        {
          st_table_set (out, 1, st_images_index (images, i));
          if (st_images_label (images, i) >= 0)
            st_table_set (out, 2, st_images_label (images, i));
        }
      st_table_set (out, 3, now->psnr[i]);
      if (clean != NULL && i < clean->done)
        st_table_set (out, 4, rank_of (view, clean, i));
      st_table_set (out, 5, rank_of (view, now, i));
    }
  return out;
}

const StViewClass st_view_reconstructions = {
  .id = "reconstructions",
  .name = N_("Reconstructions"),
  .definition = N_("From above: the clean image, what the model was shown, what it rebuilt; below "
                   "them the rank of S3, clean and as shown."),
  .follows = ST_VIEW_FOLLOWS_MARKED,
  .any_latent = TRUE,
  .height = 300,
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .marks = st_strip_mark,
  .describe = describe,
  .table = table,
};
