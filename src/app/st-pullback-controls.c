#include <st-pullback-controls.h>

#include <glib/gi18n.h>

/* ---- paths ---- */

/* What the actions need; it goes with the window that has them. */
typedef struct Paths {
  GActionMap *map;
  StSession *session;   /* the window keeps it for longer than its actions */
} Paths;

/* Where a path to the chosen image would begin: where one was begun, or at the newest pin; -1:
 * nowhere. */
static int
find_beginning (const Paths *paths)
{
  StSelection *selection = st_session_get_selection (paths->session);
  const int chosen = st_session_get_selected (paths->session);
  const int begun = st_pullbacks_get_path_end (st_session_get_pullbacks (paths->session), 0);
  if (begun >= 0)
    return begun != chosen ? begun : -1;
  for (guint i = st_selection_get_pins (selection); i > 0; i--)
    if ((int) st_selection_get_pin (selection, i - 1) != chosen)
      return (int) st_selection_get_pin (selection, i - 1);
  return -1;
}

static void
begin_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Paths *paths = data;
  StPullbacks *pullbacks = st_session_get_pullbacks (paths->session);
  st_pullbacks_set_path_end (pullbacks, 1, -1);
  st_pullbacks_set_path_end (pullbacks, 0, st_session_get_selected (paths->session));
}

/* Its strips are what it is for, so they are shown. */
static void
end_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Paths *paths = data;
  StPullbacks *pullbacks = st_session_get_pullbacks (paths->session);
  const int beginning = find_beginning (paths);
  if (beginning < 0 || st_session_get_selected (paths->session) < 0)
    return;
  st_pullbacks_set_path_end (pullbacks, 0, beginning);
  st_pullbacks_set_path_end (pullbacks, 1, st_session_get_selected (paths->session));
  GAction *figure = g_action_map_lookup_action (paths->map, "figure-paths");
  if (figure != NULL)
    g_action_change_state (figure, g_variant_new_boolean (TRUE));
}

static void
no_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (((Paths *) data)->session);
  st_pullbacks_set_path_end (pullbacks, 0, -1);
  st_pullbacks_set_path_end (pullbacks, 1, -1);
}

static void
enable (GActionMap *map, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (map, name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
follow_paths (GActionMap *map)
{
  const Paths *paths = g_object_get_data (G_OBJECT (map), "paths");
  StPullbacks *pullbacks = st_session_get_pullbacks (paths->session);
  const gboolean chosen = st_session_get_selected (paths->session) >= 0;
  enable (map, "path-begin", chosen);
  enable (map, "path-end", chosen && find_beginning (paths) >= 0);
  enable (map, "path-none", st_pullbacks_get_path_end (pullbacks, 0) >= 0);
}

static const GActionEntry path_actions[] = {
  { .name = "path-begin", .activate = begin_path },
  { .name = "path-end", .activate = end_path },
  { .name = "path-none", .activate = no_path },
};

static void
install_paths (GActionMap *map, StSession *session)
{
  Paths *paths = g_new0 (Paths, 1);
  paths->map = map;
  paths->session = session;
  g_object_set_data_full (G_OBJECT (map), "paths", paths, g_free);
  g_action_map_add_action_entries (map, path_actions, G_N_ELEMENTS (path_actions), paths);
  g_signal_connect_object (session, "notify::selected", G_CALLBACK (follow_paths), map,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_selection (session), "pins", G_CALLBACK (follow_paths),
                           map, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_pullbacks (session), "changed",
                           G_CALLBACK (follow_paths), map, G_CONNECT_SWAPPED);
  follow_paths (map);
}

/* ---- what is drawn ---- */

void
st_pullback_controls_install (GActionMap *map, StSession *session)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  install_paths (map, session);
  g_autoptr (GPropertyAction) background = g_property_action_new ("latent-map", pullbacks, "map");
  g_autoptr (GPropertyAction) ellipses = g_property_action_new ("latent-ellipses", pullbacks,
                                                                "ellipses");
  g_action_map_add_action (map, G_ACTION (background));
  g_action_map_add_action (map, G_ACTION (ellipses));
}

GMenuModel *
st_pullback_controls_menu (void)
{
  static const char *const labels[ST_MAPS] = {
    [ST_MAP_NONE] = N_("_Nothing Behind the Points"),
    [ST_MAP_CONDITION] = N_("Behind: _Condition Number cond(G)"),
    [ST_MAP_CONDITION_J] = N_("Behind: Condition Number cond(_J)"),
    [ST_MAP_VOLUME] = N_("Behind: _Volume √det G"),
  };
  GMenu *menu = g_menu_new ();
  g_menu_append (menu, _("_Ellipses of the Pullback Metric"), "win.latent-ellipses");
  for (StFigureMap map = 0; map < ST_MAPS; map++)
    {
      g_autofree char *action = g_strconcat ("win.latent-map::", st_figure_map_id (map), NULL);
      g_menu_append (menu, _(labels[map]), action);
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
st_pullback_controls_path_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_menu_append (menu, _("Begin a Path Here"), "win.path-begin");
  g_menu_append (menu, _("End the Path Here"), "win.path-end");
  g_menu_append (menu, _("No Path"), "win.path-none");
  return G_MENU_MODEL (menu);
}

void
st_pullback_controls_keep (StSession *session, GSettings *settings)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  g_settings_bind (settings, "latent-map", pullbacks, "map", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "latent-ellipses", pullbacks, "ellipses", G_SETTINGS_BIND_DEFAULT);
}
