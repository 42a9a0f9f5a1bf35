#include <st-tradeoff-controls.h>

#include <glib/gi18n.h>
#include <st-names.h>

/* Property of the sweeps, its action, and its key in the settings. */
static const struct { const char *property, *name; } choices[] = {
  { "kind", "sweep-kind" }, { "images", "sweep-images" }, { "epochs", "sweep-epochs" },
  { "seeds", "sweep-seeds" }, { "distortion", "sweep-distortion" },
};

/* ---- actions ---- */

static void
sweep (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  if (st_tradeoffs_can_continue (tradeoffs))
    st_tradeoffs_continue (tradeoffs);
  else
    st_tradeoffs_start (tradeoffs);
}

static void
sweep_stop (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  st_tradeoffs_stop (st_session_get_tradeoffs (session));
}

static void
sweep_anew (GSimpleAction *action, GVariant *parameter, gpointer session)
{
  st_tradeoffs_start (st_session_get_tradeoffs (session));
}

static const GActionEntry actions[] = {
  { .name = "sweep", .activate = sweep },
  { .name = "sweep-stop", .activate = sweep_stop },
  { .name = "sweep-anew", .activate = sweep_anew },
};

static void
enable (GActionMap *map, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (map, name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
follow_actions (GActionMap *map)
{
  StSession *session = g_object_get_data (G_OBJECT (map), "swept-session");
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  const gboolean start = st_tradeoffs_can_start (tradeoffs);
  enable (map, "sweep", start || st_tradeoffs_can_continue (tradeoffs));
  enable (map, "sweep-stop", st_tradeoffs_can_stop (tradeoffs));
  enable (map, "sweep-anew", start);
}

void
st_tradeoff_controls_install (GActionMap *map, StSession *session)
{
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), session);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr (GPropertyAction) choice = g_property_action_new (choices[i].name, tradeoffs,
                                                                  choices[i].property);
      g_action_map_add_action (map, G_ACTION (choice));
    }
  g_object_set_data_full (G_OBJECT (map), "swept-session", g_object_ref (session),
                          g_object_unref);
  g_signal_connect_object (tradeoffs, "changed", G_CALLBACK (follow_actions), map,
                           G_CONNECT_SWAPPED);
  follow_actions (map);
}

/* ---- the menu ---- */

static GMenuModel *
list_distortions (void)
{
  GMenu *menu = g_menu_new ();
  for (StDistortion i = 0; i < ST_DISTORTIONS; i++)
    {
      g_autofree char *action = g_strconcat ("win.sweep-distortion::", st_distortion_name (i),
                                             NULL);
      g_menu_append (menu, st_name_distortion (i), action);
    }
  return G_MENU_MODEL (menu);
}

static GMenuModel *
list_kinds (void)
{
  static const StKind kinds[] = { ST_KIND_IRVAE, ST_KIND_IRAE };
  GMenu *menu = g_menu_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *action = g_strconcat ("win.sweep-kind::", st_kind_name (kinds[i]), NULL);
      g_menu_append (menu, st_name_kind (kinds[i]), action);
    }
  return G_MENU_MODEL (menu);
}

static GMenuModel *
list_numbers (const char *action, const guint *numbers, guint n)
{
  GMenu *menu = g_menu_new ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *label = st_number_count (ST_NUMBERS_LOCALE, numbers[i]);
      g_autofree char *detailed = g_strdup_printf ("win.%s(uint32 %u)", action, numbers[i]);
      g_menu_append (menu, label, detailed);
    }
  return G_MENU_MODEL (menu);
}

static void
append_numbers (GMenu *menu, const char *label, const char *action, const guint *numbers, guint n)
{
  g_autoptr (GMenuModel) list = list_numbers (action, numbers, n);
  g_menu_append_submenu (menu, label, list);
}

static GMenuModel *
make_menu (void)
{
  static const guint images[] = { 1000, 2000, 5000, 10000, 20000, 60000 };
  static const guint epochs[] = { 5, 10, 20, 50, 100 };
  static const guint seeds[] = { 1, 2, 3 };
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenuModel) distortions = list_distortions (), kinds = list_kinds ();
  g_autoptr (GMenu) next = g_menu_new (), hands = g_menu_new ();
  g_menu_append_section (menu, _("Distortion"), distortions);
  g_menu_append_submenu (next, _("_Kind"), kinds);
  append_numbers (next, _("_Images"), "sweep-images", images, G_N_ELEMENTS (images));
  append_numbers (next, _("_Epochs"), "sweep-epochs", epochs, G_N_ELEMENTS (epochs));
  append_numbers (next, _("_Seeds"), "sweep-seeds", seeds, G_N_ELEMENTS (seeds));
  g_menu_append_section (menu, _("The Next Sweep"), G_MENU_MODEL (next));
  g_menu_append (hands, _("Sweep λ _Anew"), "win.sweep-anew");
  g_menu_append (hands, _("S_top the Sweep"), "win.sweep-stop");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (hands));
  return G_MENU_MODEL (menu);
}

/* ---- at the title ---- */

typedef struct Controls {
  StTradeoffs *tradeoffs;   /* outlives the widgets of its window */
  GtkWidget *button;
} Controls;

/* One button that does what is next. */
static void
follow (GtkWidget *box)
{
  const Controls *self = g_object_get_data (G_OBJECT (box), "controls");
  const gboolean stop = st_tradeoffs_can_stop (self->tradeoffs);
  const char *label = stop ? _("Stop")
                      : st_tradeoffs_can_continue (self->tradeoffs) ? _("Continue") : _("Sweep λ");
  const char *action = stop ? "win.sweep-stop" : "win.sweep";
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->button)), label) == 0)
    return;
  gtk_button_set_label (GTK_BUTTON (self->button), label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  gtk_widget_set_tooltip_text (self->button,
                               stop ? _("Stop the Sweep, and Keep What Is There (Alt+Shift+S)")
                                    : _("Train Models That Differ in λ Alone, and Draw What It "
                                        "Costs (Alt+S)"));
  const char *name = stop ? _("Stop the sweep") : label;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static GtkWidget *
add_menu (GtkBox *box)
{
  g_autoptr (GMenuModel) menu = make_menu ();
  GtkWidget *button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_tooltip_text (button, _("Which Distortion Is Shown, and What the Next Sweep Is"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Options of the sweep"), -1);
  gtk_box_append (box, button);
  return button;
}

GtkWidget *
st_tradeoff_controls_new (StSession *session)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  Controls *self = g_new0 (Controls, 1);
  self->tradeoffs = st_session_get_tradeoffs (session);
  self->button = gtk_button_new ();
  gtk_widget_add_css_class (self->button, "flat");
  gtk_box_append (GTK_BOX (box), self->button);
  add_menu (GTK_BOX (box));
  gtk_widget_add_css_class (box, "picture");
  g_object_set_data_full (G_OBJECT (box), "controls", self, g_free);
  g_signal_connect_object (self->tradeoffs, "changed", G_CALLBACK (follow), box,
                           G_CONNECT_SWAPPED);
  follow (box);
  return box;
}

/* ---- settings ---- */

void
st_tradeoff_controls_keep (StSession *session, GSettings *settings)
{
  StTradeoffs *tradeoffs = st_session_get_tradeoffs (session);
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    g_settings_bind (settings, choices[i].name, tradeoffs, choices[i].property,
                     G_SETTINGS_BIND_DEFAULT);
}
