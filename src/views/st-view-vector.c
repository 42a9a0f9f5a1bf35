/* What stands where a figure of unfoldings would, of a model whose latent is a vector: words. */
#include <st-level.h>

static guint
numbers_of (const StView *view)
{
  const StModel *model = view->frame->query.models[view->request->column];
  return st_model_spec (model)->dimension;
}

static void
layout (StView *view)
{
  const guint numbers = numbers_of (view);
  st_view_key (view, &numbers, sizeof numbers);
}

static void
base (StView *view)
{
  const StRect p = view->body;
  StTextStyle style = st_view_tick_style (view, ST_ALIGN_CENTRE);
  style.width = p.width - 8;
  char *what = g_strdup_printf (ngettext ("A vector of %u number", "A vector of %u numbers",
                                          numbers_of (view)), numbers_of (view));
  if (st_text_width (what, style.size, style.weight) > style.width)
    {
      g_free (what);
      what = g_strdup_printf (_("Vector of %u"), numbers_of (view));
    }
  st_scene_rect (view->base, p, 0, view->style->panel);
  st_scene_text (view->base, p.x + p.width / 2, p.y + p.height / 2 - 3, what, &style);
  st_scene_text (view->base, p.x + p.width / 2, p.y + p.height / 2 + 11,
                 _("has no unfoldings"), &style);
  g_free (what);
}

static void
overlay (StView *view)
{
}

static void
describe (StView *view, GString *out)
{
  g_string_append_printf (out, ngettext (", a vector of %u number has no unfoldings",
                                         ", a vector of %u numbers has no unfoldings",
                                         numbers_of (view)), numbers_of (view));
}

static StTable *
table (StView *view)
{
  StTable *out = st_table_new ();
  st_table_add_column (out, "level");
  return out;
}

const StViewClass st_view_vector = {
  .id = "vector",
  .layout = layout,
  .base = base,
  .overlay = overlay,
  .describe = describe,
  .table = table,
};
