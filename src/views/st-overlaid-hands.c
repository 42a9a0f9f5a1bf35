/* Hands on models that share axes. */
#include <st-overlaid.h>
#include <st-reading.h>

#include <math.h>

/* The model's value in a line of its own: "CAE 16.3 dB". */
static void
read_model (StView *view, const StOverlaid *all, const StOverlaidModel *model, guint j,
            GPtrArray *lines)
{
  const double value = model->series.value[j];
  if (!isfinite (value))
    return;
  char *words = all->curve->say (view->request->numbers, value);
  const char *stale = model->series.stale[j] ? _("faded: older weights") : NULL;
  g_ptr_array_add (lines, g_strdup_printf ("%s %s%s%s", model->model->title, words,
                                           stale != NULL ? "; " : "", stale != NULL ? stale : ""));
  st_reading_dot (view, view->body, model->series.x[j], st_scale_place (&view->y, value),
                  model->model->index);
  g_free (words);
}

/* At the level nearest to the pointer at which any model has a value. */
void
st_overlaid_read (StView *view)
{
  StOverlaid all;
  StPoint place;
  st_overlaid_collect (view, &all);
  if (all.n == 0 || !st_reading_place (view, view->body, &place))
    return;
  StLevelSeries any = all.models[0].series;
  for (guint m = 1; m < all.n; m++)
    for (guint j = 0; j < any.n; j++)
      if (!isfinite (any.value[j]))
        any.value[j] = all.models[m].series.value[j];
  const gint64 j = st_reading_level (view, &any);
  if (j < 0)
    return;
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (lines, st_reading_at (view, _(all.curve->title), (guint) j));
  for (guint m = 0; m < all.n; m++)
    read_model (view, &all, &all.models[m], (guint) j, lines);
  st_reading_box (view, lines);
  g_ptr_array_unref (lines);
}

/* Where images have a value of their own. */
void
st_overlaid_brush (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n)
{
  StOverlaid all;
  st_overlaid_collect (view, &all);
  for (guint m = 0; all.curve->of != NULL && m < all.n; m++)
    st_level_brush (&all.models[m].view, &view->y, all.curve->of, polygon, corners, mask, n);
}

/* The marked image in every model, in its colour. */
void
st_overlaid_marks (StView *view)
{
  StOverlaid all;
  st_overlaid_collect (view, &all);
  for (guint m = 0; all.curve->of != NULL && m < all.n; m++)
    {
      StOverlaidModel *model = &all.models[m];
      model->view.marks = view->marks;
      st_level_image_line (&model->view, &view->y, all.curve->of,
                           st_pen (view->style->paper, 3.5));
      st_level_image_line (&model->view, &view->y, all.curve->of,
                           st_style_curve (view->style, model->model->index, 1.25));
    }
}
