/* A figure in words and numbers, and as one scene that carries its words. */
#include <st-figure-private.h>

char *
st_figure_label (StFigureKind kind, const char *model_title)
{
  if (model_title == NULL || *model_title == '\0')
    return g_strdup (st_figure_name (kind));
  return g_strdup_printf ("%s, %s", st_figure_name (kind), model_title);
}

static void
describe_selection (const StView *view, GString *out)
{
  guint selected = 0;
  for (guint i = 0; st_view_selects (view) && i < view->request->n_mask; i++)
    selected += view->request->mask[i];
  if (selected > 0)
    g_string_append_printf (out, ngettext (", %u image selected", ", %u images selected", selected),
                            selected);
}

char *
st_figure_description (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  GString *out = g_string_new (NULL);
  StView view;
  st_view_init (&view, request, own != NULL ? own : request->summaries);
  if (view.frame == NULL)
    g_string_append (out, _("nothing measured yet"));
  else
    {
      char *level = st_number_level (request->numbers, view.frame->query.level);
      g_string_append_printf (out, _("level %s"), level);
      g_free (level);
      st_view_drawer (&view)->describe (&view, out);
      const StResult *now = st_view_now (&view);
      if (now != NULL && now->done < now->count)
        g_string_append_printf (out, _(", %u of %u images"), now->done, now->count);
      if (st_view_is_zoomed (&view, 0) || st_view_is_zoomed (&view, 1))
        g_string_append (out, _(", a part of the axes is shown"));
      describe_selection (&view, out);
    }
  st_summaries_free (own);
  return g_string_free (out, FALSE);
}

char *
st_figure_define (const StFigureRequest *request)
{
  const StViewClass *class = st_view_class (request->kind);
  StView view;
  st_view_init (&view, request, NULL);
  if (request->overlaid != NULL && class->curve != NULL)
    return g_strdup (_(class->curve->definition));
  return class->define != NULL ? class->define (&view) : g_strdup (_(class->definition));
}

char *
st_figure_facts (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  GString *out = g_string_new (NULL);
  StView view;
  st_view_init (&view, request, own != NULL ? own : request->summaries);
  if (view.frame != NULL && st_view_drawer (&view)->facts != NULL)
    st_view_drawer (&view)->facts (&view, out);
  st_summaries_free (own);
  return g_string_free (out, FALSE);
}

StTable *
st_figure_table (const StFigureRequest *request)
{
  StSummaries *own = request->summaries == NULL ? st_summaries_new () : NULL;
  StView view;
  st_view_init (&view, request, own != NULL ? own : request->summaries);
  StTable *table = st_view_drawer (&view)->table (&view);
  st_summaries_free (own);
  return table;
}

StScene *
st_figure_scene (const StFigure *figure, const StFigureRequest *request)
{
  StSceneBuilder *builder = st_scene_builder_new (st_scene_width (figure->base),
                                                  st_scene_height (figure->base));
  char *label = st_figure_label (request->kind, request->model_title);
  char *description = st_figure_description (request);
  st_scene_set_words (builder, label, description);
  st_scene_add (builder, figure->base, 0, 0);
  st_scene_add (builder, figure->overlay, 0, 0);
  st_scene_add (builder, figure->marks, 0, 0);
  g_free (label);
  g_free (description);
  return st_scene_builder_end (builder);
}
