#include <st-twin-menu.h>

#include <glib/gi18n.h>

static const struct { const char *name, *label; StTwin twin; } items[] = {
  { "untrained", N_("The Same Network, _Untrained"), ST_TWIN_UNTRAINED },
  { "sample", N_("A _Sample of Its Latent"), ST_TWIN_SAMPLE },
  { "dense", N_("A _Dense Bottleneck"), ST_TWIN_DENSE },
};

typedef struct Target {
  StSession *session;
  StBoard *board;   /* both live as long as the window, whose action this is */
} Target;

static StColumn *
find_column (const Target *target, guint64 id)
{
  StPlot *current = st_board_get_current (target->board);
  if (id == 0 && current != NULL)
    return st_session_get_shown_column (target->session, st_plot_get_column (current));
  StColumn *column = NULL;
  for (guint i = 0; (column = st_session_get_shown_column (target->session, i)) != NULL; i++)
    if (st_column_get_id (column) == id)
      break;
  return column;
}

static void
compare (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const Target *target = data;
  const char *name;
  guint64 id;
  g_variant_get (parameter, "(&st)", &name, &id);
  StColumn *column = find_column (target, id);
  for (guint i = 0; column != NULL && i < G_N_ELEMENTS (items); i++)
    if (g_str_equal (name, items[i].name))
      st_session_add_twin (target->session, column, items[i].twin);
}

static void
target_free (gpointer target, GClosure *closure)
{
  g_free (target);
}

void
st_twin_menu_install (GActionMap *map, StSession *session, StBoard *board)
{
  Target *target = g_new (Target, 1);
  *target = (Target) { session, board };
  g_autoptr (GSimpleAction) action = g_simple_action_new ("compare", G_VARIANT_TYPE ("(st)"));
  g_signal_connect_data (action, "activate", G_CALLBACK (compare), target, target_free, 0);
  g_action_map_add_action (map, G_ACTION (action));
}

guint
st_twin_menu_offers (StSession *session, StColumn *column)
{
  guint offers = 0;
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    offers |= (guint) st_session_can_add_twin (session, column, items[i].twin) << i;
  return offers;
}

GMenuModel *
st_twin_menu_new (guint64 id, guint offers)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    if (offers & 1u << i)
      {
        g_autoptr (GMenuItem) item = g_menu_item_new (_(items[i].label), NULL);
        g_menu_item_set_action_and_target (item, "win.compare", "(st)", items[i].name, id);
        g_menu_append_item (section, item);
      }
  g_menu_append_section (menu, _("Compare With"), G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}
