#include <st-large.h>

typedef struct Large {
  GActionMap *map;
  StBoard *board;      /* lives as long as the window, whose actions these are */
  GSettings *settings; /* so do these; or NULL */
  gboolean overlaid;   /* wanted, where figures can */
} Large;

static void
show (Large *self, int figure)
{
  st_board_set_large (self->board, figure, self->overlaid);
  GAction *back = g_action_map_lookup_action (self->map, "all-figures");
  g_simple_action_set_enabled (G_SIMPLE_ACTION (back), st_board_get_large (self->board) >= 0);
}

static void
show_current (Large *self)
{
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    show (self, (int) st_plot_get_kind (plot));
}

/* Of what is large already it is the way back, so that one key serves for both. */
static void
large (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Large *self = data;
  StFigureKind kind;
  if (st_figure_from_id (g_variant_get_string (parameter, NULL), &kind))
    show (self, (int) kind);
  else if (st_board_get_large (self->board) >= 0)
    show (self, -1);
  else
    show_current (self);
}

static void
layout_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  Large *self = data;
  self->overlaid = g_str_equal (g_variant_get_string (state, NULL), "overlaid");
  g_simple_action_set_state (action, state);
  if (self->settings != NULL)
    g_settings_set_value (self->settings, "large-layout", state);
  if (st_board_get_large (self->board) >= 0)
    show (self, st_board_get_large (self->board));
}

static void
step_figure (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Large *self = data;
  const int figure = st_board_get_large (self->board);
  const int step = g_variant_get_int32 (parameter);
  if (figure >= 0)
    show (self, ((figure + step) % ST_FIGURES + ST_FIGURES) % ST_FIGURES);
  else
    show_current (self);
}

static void
all_figures (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show (data, -1);
}

void
st_large_install (GActionMap *map, StBoard *board, GSettings *settings)
{
  static const GActionEntry actions[] = {
    { .name = "large", .activate = large, .parameter_type = "s" },
    { .name = "large-layout", .parameter_type = "s", .state = "'overlaid'",
      .change_state = layout_changed },
    { .name = "step-figure", .activate = step_figure, .parameter_type = "i" },
    { .name = "all-figures", .activate = all_figures },
  };
  Large *self = g_new0 (Large, 1);
  *self = (Large) { map, board, settings, TRUE };
  g_object_set_data_full (G_OBJECT (board), "large", self, g_free);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  show (self, -1);
  if (settings == NULL)
    return;
  g_autofree char *layout = g_settings_get_string (settings, "large-layout");
  g_action_group_change_action_state (G_ACTION_GROUP (map), "large-layout",
                                      g_variant_new_string (layout));
}
