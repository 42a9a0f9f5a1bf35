#include <st-looking.h>

#include <st-run.h>

#define ZOOM_FACTOR 1.5

typedef struct Looking {
  GActionMap *map;
  StSession *session;
  StBoard *board;
} Looking;

/* ---- axes ---- */

static void
step_view (Looking *self, int step)
{
  st_zoom_step (st_session_get_zoom (self->session), step);
}

static void
view_back (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  step_view (looking, -1);
}

static void
view_forward (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  step_view (looking, 1);
}

static void
zoom (Looking *self, double factor)
{
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    st_plot_zoom (plot, factor);
}

static void
zoom_in (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  zoom (looking, ZOOM_FACTOR);
}

static void
zoom_out (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  zoom (looking, 1 / ZOOM_FACTOR);
}

static void
reset_view (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  StPlot *plot = st_board_get_current (((Looking *) looking)->board);
  if (plot != NULL)
    st_plot_reset_zoom (plot);
}

static void
link_changed (GSimpleAction *action, GVariant *state, gpointer looking)
{
  Looking *self = looking;
  StPlot *plot = st_board_get_current (self->board);
  st_zoom_set_linked (st_session_get_zoom (self->session), g_variant_get_boolean (state),
                      plot != NULL ? st_plot_get_column_id (plot) : 0);
}

/* ---- images ---- */

static void
lasso_changed (GSimpleAction *action, GVariant *state, gpointer looking)
{
  Looking *self = looking;
  st_selection_set_lasso (st_session_get_selection (self->session), g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
select_alike (Looking *self, gboolean stratum)
{
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    st_plot_select_alike (plot, stratum);
}

static void
select_class (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  select_alike (looking, FALSE);
}

static void
select_stratum (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  select_alike (looking, TRUE);
}

static void
select_none (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  st_selection_clear (st_session_get_selection (((Looking *) looking)->session));
}

static void
pin (GSimpleAction *action, GVariant *parameter, gpointer looking)
{
  Looking *self = looking;
  StSelection *selection = st_session_get_selection (self->session);
  const int image = st_session_get_selected (self->session);
  if (image >= 0)
    st_selection_set_pinned (selection, (guint) image,
                             !st_selection_is_pinned (selection, (guint) image));
}

static const GActionEntry actions[] = {
  { .name = "view-back", .activate = view_back },
  { .name = "view-forward", .activate = view_forward },
  { .name = "zoom-in", .activate = zoom_in },
  { .name = "zoom-out", .activate = zoom_out },
  { .name = "reset-view", .activate = reset_view },
  { .name = "link-axes", .state = "true", .change_state = link_changed },
  { .name = "lasso", .state = "false", .change_state = lasso_changed },
  { .name = "select-class", .activate = select_class },
  { .name = "select-stratum", .activate = select_stratum },
  { .name = "select-none", .activate = select_none },
  { .name = "pin", .activate = pin },
};

/* ---- following the session ---- */

static void
enable (Looking *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (self->map, name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
follow (Looking *self)
{
  StZoom *view = st_session_get_zoom (self->session);
  const gboolean chosen = st_session_get_selected (self->session) >= 0;
  enable (self, "view-back", st_zoom_can_step (view, -1));
  enable (self, "view-forward", st_zoom_can_step (view, 1));
  enable (self, "select-class", chosen);
  enable (self, "select-stratum", chosen);
  enable (self, "pin", chosen);
  enable (self, "select-none",
          st_selection_get_mask (st_session_get_selection (self->session)) != NULL);
  GAction *linked = g_action_map_lookup_action (self->map, "link-axes");
  g_simple_action_set_state (G_SIMPLE_ACTION (linked),
                             g_variant_new_boolean (st_zoom_get_linked (view)));
}

static void
follow_signal (Looking *self, gpointer object, const char *signal)
{
  GClosure *closure = g_cclosure_new_swap (G_CALLBACK (follow), self, NULL);
  g_object_watch_closure (G_OBJECT (self->board), closure);
  g_signal_connect_closure (object, signal, closure, FALSE);
}

/* Whatever has the focus was asked before. */
static gboolean
space_pressed (GtkWidget *widget, GVariant *args, gpointer looking)
{
  StRun *run = st_session_get_run (((Looking *) looking)->session);
  if (run == NULL || !st_run_is_active (run))
    return FALSE;
  return gtk_widget_activate_action (widget, "win.pause", NULL);
}

void
st_looking_install (GtkWindow *window, StSession *session, StBoard *board)
{
  Looking *self = g_new0 (Looking, 1);
  self->map = G_ACTION_MAP (window);
  self->session = session;   /* the window keeps it for longer than its board */
  self->board = board;
  g_object_set_data_full (G_OBJECT (board), "looking", self, g_free);
  g_action_map_add_action_entries (self->map, actions, G_N_ELEMENTS (actions), self);
  follow_signal (self, st_session_get_zoom (session), "changed");
  follow_signal (self, st_session_get_selection (session), "changed");
  follow_signal (self, session, "notify::selected");
  follow (self);

  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcut *space = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_space, 0),
                                         gtk_callback_action_new (space_pressed, self, NULL));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), space);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
}
