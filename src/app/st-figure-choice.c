#include <st-figure-choice.h>

#include <glib/gi18n.h>
#include <st-against.h>
#include <st-embedding-controls.h>
#include <string.h>

typedef struct FigureChoice {
  GActionMap *map;
  StBoard *board;      /* lives as long as the window, whose actions these are */
  StSession *session;  /* so do these; the settings may be NULL */
  GSettings *settings;
} FigureChoice;

static void
save_figures (FigureChoice *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    if (st_board_get_figures (self->board) & 1u << kind)
      g_strv_builder_add (names, st_figure_id ((StFigureKind) kind));
  g_auto (GStrv) list = g_strv_builder_end (names);
  if (self->settings != NULL)
    g_settings_set_strv (self->settings, "figures", (const char *const *) list);
}

static char *
name_figure_action (guint kind)
{
  return g_strconcat ("figure-", st_figure_id ((StFigureKind) kind), NULL);
}

/* The last figure cannot be switched off: there would be nothing left to say what is missing. */
static void
show_figures (FigureChoice *self, StBoardFigures figures)
{
  if (figures == 0)
    return;
  st_board_set_figures (self->board, figures);
  st_embeddings_set_watched (st_session_get_embeddings (self->session),
                             (figures & 1u << ST_FIGURE_SCATTER) != 0);
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      g_autofree char *name = name_figure_action (kind);
      GAction *action = g_action_map_lookup_action (self->map, name);
      g_simple_action_set_state (G_SIMPLE_ACTION (action),
                                 g_variant_new_boolean ((figures & 1u << kind) != 0));
    }
}

static void
figure_changed (GSimpleAction *action, GVariant *state, gpointer choice)
{
  FigureChoice *self = choice;
  StFigureKind kind;
  const char *id = g_action_get_name (G_ACTION (action)) + strlen ("figure-");
  if (!st_figure_from_id (id, &kind))
    return;
  StBoardFigures figures = st_board_get_figures (self->board) & ~(1u << kind);
  if (g_variant_get_boolean (state))
    figures |= 1u << kind;
  show_figures (self, figures);
  save_figures (self);
}

/* Of whom the figures that are shown may say little. */
static void
show_isometry_pair (GSimpleAction *action, GVariant *parameter, gpointer choice)
{
  FigureChoice *self = choice;
  st_session_open_isometry_pair (self->session);
  show_figures (self, st_board_get_figures (self->board) | 1u << ST_FIGURE_SCATTER
                        | 1u << ST_FIGURE_ISOMETRY | 1u << ST_FIGURE_PATHS);
  save_figures (self);
}

static void
restore_figures (FigureChoice *self)
{
  StBoardFigures figures = 0;
  StFigureKind kind;
  g_auto (GStrv) list = self->settings != NULL ? g_settings_get_strv (self->settings, "figures")
                                               : NULL;
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    if (st_figure_from_id (list[i], &kind))
      figures |= 1u << kind;
  show_figures (self, figures != 0 ? figures : st_board_usual_figures);
}

static void
add_figure_actions (FigureChoice *self, GtkMenuButton *button)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    {
      g_autofree char *name = name_figure_action (kind);
      g_autofree char *detailed = g_strconcat ("win.", name, NULL);
      g_autoptr (GSimpleAction) action
        = g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (FALSE));
      g_signal_connect (action, "change-state", G_CALLBACK (figure_changed), self);
      g_action_map_add_action (self->map, G_ACTION (action));
      g_menu_append (menu, st_figure_name ((StFigureKind) kind), detailed);
    }
  g_autoptr (GMenuModel) pictures = st_embedding_controls_menu ();
  g_autoptr (GMenu) last = g_menu_new ();
  g_menu_append_submenu (last, _("Picture of the Latents"), pictures);
  g_autoptr (GMenuModel) against = st_against_menu ();
  g_menu_append_submenu (last, _("Difference From"), against);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* The cells of the chosen image, or of the first one, answer it. */
static void
why (GSimpleAction *action, GVariant *parameter, gpointer choice)
{
  FigureChoice *self = choice;
  if (st_session_get_selected (self->session) < 0)
    st_session_set_selected (self->session, 0);
  show_figures (self, st_board_get_figures (self->board) | 1u << ST_FIGURE_CELLS);
  st_board_show (self->board, ST_FIGURE_CELLS);
  save_figures (self);
}

void
st_figure_choice_install (GActionMap *map, GtkMenuButton *button, StBoard *board,
                          StSession *session, GSettings *settings)
{
  static const GActionEntry actions[] = {
    { .name = "show-isometry-pair", .activate = show_isometry_pair },
    { .name = "why", .activate = why },
  };
  FigureChoice *self = g_new0 (FigureChoice, 1);
  *self = (FigureChoice) { map, board, session, settings };
  g_object_set_data_full (G_OBJECT (board), "figure-choice", self, g_free);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  add_figure_actions (self, button);
  restore_figures (self);
}
