#include <st-training-controls.h>

#include <glib/gi18n.h>
#include <math.h>

/* Of one window; freed with the popover. */
typedef struct Controls {
  StSession *session;
  GActionMap *map;         /* the window, which owns the popover */
  GtkMenuButton *button;
  GtkWidget *rate, *beta, *lambda, *isometry, *seed;
  gboolean following;      /* controls are being set from the session */
} Controls;

/* ---- actions ---- */

static void
train_step (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Controls *self = data;
  StRun *run = st_session_get_run (self->session);
  if (run != NULL)
    st_run_step (run);
}

static void
train_epoch (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Controls *self = data;
  StRun *run = st_session_get_run (self->session);
  if (run != NULL)
    st_run_step_epoch (run);
}

static void
continue_training (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Controls *self = data;
  st_session_continue_training (self->session);
}

static void
new_seed (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Controls *self = data;
  st_session_set_training_seed (self->session, st_session_get_training_seed (self->session) + 1);
  g_autofree char *sentence = g_strdup_printf (
    _("The next training begins with seed %" G_GUINT64_FORMAT),
    st_session_get_training_seed (self->session));
  st_session_say (self->session, sentence);
}

static void
plateau_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  Controls *self = data;
  st_session_set_stop_on_plateau (self->session, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
training_options (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Controls *self = data;
  gtk_menu_button_popup (self->button);
}

static const GActionEntry actions[] = {
  { .name = "train-step", .activate = train_step },
  { .name = "train-epoch", .activate = train_epoch },
  { .name = "continue-training", .activate = continue_training },
  { .name = "new-seed", .activate = new_seed },
  { .name = "stop-on-plateau", .state = "false", .change_state = plateau_changed },
  { .name = "training-options", .activate = training_options },
};

static void
enable (Controls *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (self->map, name)),
                               enabled);
}

/* ---- what training uses ---- */

static void
rate_changed (Controls *self)
{
  if (!self->following)
    st_session_set_learning_rate (self->session,
                                  gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->rate)));
}

static void
beta_changed (Controls *self)
{
  if (!self->following)
    st_session_set_beta (self->session,
                         gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->beta)));
}

static void
lambda_changed (Controls *self)
{
  if (!self->following)
    st_session_set_lambda (self->session,
                           gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->lambda)));
}

static void
isometry_changed (Controls *self)
{
  if (!self->following)
    st_session_set_isometry (self->session,
                             (int) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->isometry)));
}

static void
seed_changed (Controls *self)
{
  if (!self->following)
    st_session_set_training_seed (
      self->session, (guint64) gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->seed)));
}

/* Of the first shown model that can be trained with the isometry term; irvae's, which is there to
 * be chosen, where none is shown. */
static void
follow_isometry (Controls *self)
{
  StTrainOptions usual = st_train_options_default (ST_KIND_IRVAE, ST_ENCODER_S2);
  gboolean any = FALSE;
  for (guint i = 0; !any && i < ST_COLUMNS_MAX; i++)
    {
      StColumn *column = st_session_get_shown_column (self->session, i);
      const StSpec *spec = column != NULL ? st_model_spec (st_column_get_model (column)) : NULL;
      any = spec != NULL && st_kind_has_isometry (spec->kind);
      if (any)
        usual = st_train_options_default (spec->kind, spec->encoder);
    }
  const double lambda = st_session_get_lambda (self->session);
  const int isometry = st_session_get_isometry (self->session);
  gtk_widget_set_sensitive (self->lambda, any);
  gtk_widget_set_sensitive (self->isometry, any);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->lambda), lambda >= 0 ? lambda : usual.lambda);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->isometry),
                              (guint) (isometry >= 0 ? isometry : (int) usual.isometry));
}

/* What nobody has chosen yet is shown as the first shown model has it. */
static void
follow_session (Controls *self)
{
  StRun *run = st_session_get_run (self->session);
  StColumn *column = st_session_get_shown_column (self->session, 0);
  StKind kind = column != NULL ? st_model_spec (st_column_get_model (column))->kind
                               : ST_KIND_CAE;
  StTrainOptions usual = st_train_options_default (kind, ST_ENCODER_S2);
  double rate = st_session_get_learning_rate (self->session);
  double beta = st_session_get_beta (self->session);
  self->following = TRUE;
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->rate), rate > 0 ? rate : usual.learning_rate);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->beta), beta >= 0 ? beta : usual.beta);
  follow_isometry (self);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->seed),
                             (double) st_session_get_training_seed (self->session));
  self->following = FALSE;
  gboolean active = run != NULL && st_run_is_active (run);
  enable (self, "train-step", active);
  enable (self, "train-epoch", active);
  enable (self, "continue-training", st_session_can_continue (self->session));
}

/* ---- the popover ---- */

static GtkWidget *
add_control (GtkGrid *grid, int row, const char *name, GtkWidget *control, const char *tooltip)
{
  GtkWidget *label = gtk_label_new (name);
  gtk_widget_set_halign (label, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (label, tooltip);
  gtk_widget_set_tooltip_text (control, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_grid_attach (grid, label, 0, row, 1, 1);
  gtk_grid_attach (grid, control, 1, row, 1, 1);
  return control;
}

static GtkWidget *
add_spin (GtkGrid *grid, int row, const char *name, GtkWidget *spin, guint digits,
          const char *tooltip)
{
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), digits);
  return add_control (grid, row, name, spin, tooltip);
}

/* In the order of StIsometry. */
static GtkWidget *
make_isometries (void)
{
  const char *const names[] = { _("Scaled distances"), _("Distances (strict)"),
                                _("Angles (conformal)"), NULL };
  G_STATIC_ASSERT (G_N_ELEMENTS (names) == ST_ISOMETRIES + 1);
  return gtk_drop_down_new_from_strings (names);
}

static void
add_button (GtkGrid *grid, int column, int row, int width, const char *label, const char *action,
            const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_grid_attach (grid, button, column, row, width, 1);
}

static GtkWidget *
make_grid (Controls *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_spacing (grid, 8);
  gtk_grid_set_column_spacing (grid, 12);
  self->rate = add_spin (grid, 0, _("Learning rate"),
                         gtk_spin_button_new_with_range (0.00001, 1, 0.0001), 5,
                         _("Of All Models in Training, From the Next Batch On"));
  self->beta = add_spin (grid, 1, _("β, weight of KL"),
                         gtk_spin_button_new_with_range (0, 100, 0.05), 2,
                         _("Of All Models in Training That Sample, From the Next Batch On"));
  self->lambda = add_spin (grid, 2, _("λ, weight of isometry"),
                           gtk_spin_button_new_with_range (0, 1e6, 10), 2,
                           _("Of All Models in Training With a Latent Vector, From the Next "
                             "Batch On"));
  self->isometry = add_control (grid, 3, _("Isometry term"), make_isometries (),
                                _("What the Decoder Is to Keep, From the Next Batch On"));
  self->seed = add_spin (grid, 4, _("Training seed"),
                         gtk_spin_button_new_with_range (0, 4294967295.0, 1), 0,
                         _("Of the Next Training: Its First Weights, the Order of Images, Noise"));
  GtkWidget *plateau = gtk_check_button_new_with_label (_("Stop on a plateau"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (plateau), "win.stop-on-plateau");
  gtk_widget_set_tooltip_text (plateau, _("End where the loss has fallen by not more than 0.1 % "
                                          "in 2 epochs"));
  gtk_grid_attach (grid, plateau, 0, 5, 2, 1);
  add_button (grid, 0, 6, 1, _("One Batch"), "win.train-step",
              _("Train One Batch, Then Pause (Ctrl+Shift+B)"));
  add_button (grid, 1, 6, 1, _("One Epoch"), "win.train-epoch",
              _("Train to the End of the Epoch, Then Pause (Ctrl+Shift+E)"));
  add_button (grid, 0, 7, 2, _("Continue From Here"), "win.continue-training",
              _("Go On From the Moment That the History Shows, or From Opened Models; From an "
                "Earlier Moment, or Without the Optimizer's State, Adam Begins Anew "
                "(Ctrl+Shift+G)"));
  return GTK_WIDGET (grid);
}

void
st_training_controls_install (GActionMap *map, GtkMenuButton *button, StSession *session)
{
  Controls *self = g_new0 (Controls, 1);
  GtkWidget *popover = gtk_popover_new ();
  self->session = session;   /* the window keeps it for longer than its popover */
  self->map = map;
  self->button = button;
  gtk_popover_set_child (GTK_POPOVER (popover), make_grid (self));
  g_object_set_data_full (G_OBJECT (popover), "controls", self, g_free);
  gtk_menu_button_set_popover (button, popover);
  g_action_map_add_action_entries (map, actions, G_N_ELEMENTS (actions), self);
  g_signal_connect_swapped (self->rate, "value-changed", G_CALLBACK (rate_changed), self);
  g_signal_connect_swapped (self->beta, "value-changed", G_CALLBACK (beta_changed), self);
  g_signal_connect_swapped (self->lambda, "value-changed", G_CALLBACK (lambda_changed), self);
  g_signal_connect_swapped (self->isometry, "notify::selected", G_CALLBACK (isometry_changed),
                            self);
  g_signal_connect_swapped (self->seed, "value-changed", G_CALLBACK (seed_changed), self);
  GClosure *follow = g_cclosure_new_swap (G_CALLBACK (follow_session), self, NULL);
  g_object_watch_closure (G_OBJECT (popover), follow);
  g_signal_connect_closure (session, "training", follow, FALSE);
  follow = g_cclosure_new_swap (G_CALLBACK (follow_session), self, NULL);
  g_object_watch_closure (G_OBJECT (popover), follow);
  g_signal_connect_closure (session, "columns", follow, FALSE);
  /* Images that are there at last make training possible. */
  follow = g_cclosure_new_swap (G_CALLBACK (follow_session), self, NULL);
  g_object_watch_closure (G_OBJECT (popover), follow);
  g_signal_connect_closure (session, "notify::available", follow, FALSE);
  follow_session (self);
}
