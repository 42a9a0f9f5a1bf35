#include <st-pullback-controls.h>

#include <glib/gi18n.h>

void
st_pullback_controls_install (GActionMap *map, StSession *session)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
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

void
st_pullback_controls_keep (StSession *session, GSettings *settings)
{
  StPullbacks *pullbacks = st_session_get_pullbacks (session);
  g_settings_bind (settings, "latent-map", pullbacks, "map", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "latent-ellipses", pullbacks, "ellipses", G_SETTINGS_BIND_DEFAULT);
}
