#include <st-against.h>

#include <glib/gi18n.h>

#define COLUMN "column-"

static void
against_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  StSession *session = data;   /* lives as long as the window, whose action this is */
  const char *name = g_variant_get_string (state, NULL);
  StColumn *column = NULL;
  if (g_str_has_prefix (name, COLUMN))
    {
      const guint64 place = g_ascii_strtoull (name + strlen (COLUMN), NULL, 10);
      column = place < ST_COLUMNS_MAX ? st_session_get_shown_column (session, (guint) place)
                                      : NULL;
      if (column == NULL)
        return;
      st_session_set_against (session, ST_AGAINST_COLUMN, st_column_get_id (column));
    }
  else
    st_session_set_against (session, g_str_equal (name, "level") ? ST_AGAINST_LEVEL
                                                                 : ST_AGAINST_CLEAN, 0);
  g_simple_action_set_state (action, state);
}

void
st_against_install (GActionMap *map, StSession *session)
{
  const GActionEntry entry = { .name = "against", .parameter_type = "s", .state = "'clean'",
                               .change_state = against_changed };
  g_action_map_add_action_entries (map, &entry, 1, session);
}

GMenuModel *
st_against_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_menu_append (menu, _("The Clean Images"), "win.against::clean");
  g_menu_append (menu, _("The Present Level, Kept"), "win.against::level");
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      g_autofree char *label = g_strdup_printf (_("The Model in Column %u"), i + 1);
      g_autofree char *action = g_strdup_printf ("win.against::" COLUMN "%u", i);
      g_menu_append (menu, label, action);
    }
  return G_MENU_MODEL (menu);
}
