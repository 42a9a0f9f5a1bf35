#include <st-window.h>

#include <glib/gi18n.h>
#include <math.h>
#include <st-against.h>
#include <st-board.h>
#include <st-copy.h>
#include <st-embedding-controls.h>
#include <st-explain.h>
#include <st-figure-choice.h>
#include <st-file-dialogs.h>
#include <st-history-scrubber.h>
#include <st-inspector.h>
#include <st-large.h>
#include <st-looking.h>
#include <st-play.h>
#include <st-pullback-controls.h>
#include <st-scrubber.h>
#include <st-sidebar.h>
#include <st-tradeoff-controls.h>
#include <st-training-controls.h>
#include <st-tray.h>
#include <st-twin-menu.h>
#include <st-welcome.h>

enum {
  NARROW = 1100,   /* below it the sidebar covers the board instead of pushing it */
  TOAST = 60,      /* characters in a line */
  SHORT = 800,     /* below it pinned images leave more room to figures */
};

struct _StWindow {
  AdwApplicationWindow parent_instance;
  StSession *session;
  GSettings *settings;
  StSummaries *summaries;
  AdwWindowTitle *title;
  AdwFlap *flap;
  GtkStack *stack;
  GtkBox *scrubbers;
  AdwToastOverlay *toasts;
  GtkWidget *open, *train, *pause, *reset, *training;
  GtkMenuButton *figures;
  StTray *tray;
  StBoard *board;
  gboolean narrow;
  gboolean closing;   /* losing a training was agreed to */
};

G_DEFINE_FINAL_TYPE (StWindow, st_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- following the session ---- */

static void
follow_images (StWindow *self)
{
  g_autofree char *line = st_session_describe_images (self->session, ST_NUMBERS_LOCALE);
  adw_window_title_set_subtitle (self->title, line);
}

static void
follow_frame (StWindow *self)
{
  follow_images (self);
  st_summaries_follow (self->summaries, st_session_get_frame (self->session));
}

static void
enable (StWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
follow_columns (StWindow *self)
{
  static const char *const of_figures[] = { "export", "copy-image", "copy-data", "save-model",
                                            "explain", "why" };
  gboolean any = st_session_get_shown_column (self->session, 0) != NULL;
  gtk_stack_set_visible_child_name (self->stack, any ? "board" : "welcome");
  for (guint i = 0; i < G_N_ELEMENTS (of_figures); i++)
    enable (self, of_figures[i], any);
}

static void
follow_training (StWindow *self)
{
  StRun *run = st_session_get_run (self->session);
  gboolean active = run != NULL && st_run_is_active (run);
  gboolean paused = active && st_run_is_paused (run);
  gtk_widget_set_visible (self->train, !active);
  gtk_widget_set_visible (self->pause, active);
  gtk_widget_set_visible (self->reset, run != NULL && !active);
  enable (self, "stop", active);
  enable (self, "pause", active);
  enable (self, "reset-training", run != NULL);
  GAction *pause = g_action_map_lookup_action (G_ACTION_MAP (self), "pause");
  g_simple_action_set_state (G_SIMPLE_ACTION (pause), g_variant_new_boolean (paused));
}

/* The status has two lines; here is the whole sentence, and the newest one only. */
static void
show_sentence (StWindow *self, const char *sentence)
{
  GtkWidget *label = gtk_label_new (sentence);
  AdwToast *toast = adw_toast_new ("");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TOAST);
  /* What may wrap, wishes to: a short one stays in a line. */
  gtk_label_set_width_chars (GTK_LABEL (label), (int) MIN (g_utf8_strlen (sentence, -1), TOAST));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* ---- actions ---- */

static void
open_model (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_ask_open_model (window, ST_WINDOW (window)->session);
}

static void
open_dataset (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_ask_open_dataset (window, ST_WINDOW (window)->session);
}

static void
show_shipped (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_session_open_shipped_models (ST_WINDOW (window)->session);
}

static void
export_figure (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StWindow *self = window;
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    st_ask_export (GTK_WINDOW (self), self->session, plot);
}

static void
copy_image (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StWindow *self = window;
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    st_copy_image (plot, self->session);
}

static void
copy_data (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StWindow *self = window;
  StPlot *plot = st_board_get_current (self->board);
  if (plot != NULL)
    st_copy_data (plot, self->session);
}

static void
explain (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StPlot *plot = st_board_get_current (ST_WINDOW (window)->board);
  if (plot != NULL)
    st_explain (window, ST_WINDOW (window)->session, plot);
}

static void
reset_level (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_session_set_level (ST_WINDOW (window)->session, 0);
}

static void
step_level (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StSession *session = ST_WINDOW (window)->session;
  double level = st_session_get_level (session) + g_variant_get_double (parameter);
  st_session_set_level (session, round (CLAMP (level, 0, 1) * 1000) / 1000);
}

static void
train (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_session_train (ST_WINDOW (window)->session, ST_SESSION_ALL_KINDS);
}

static void
train_kind (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StKind kind;
  if (st_kind_from_name (g_variant_get_string (parameter, NULL), &kind))
    st_session_train (ST_WINDOW (window)->session, (int) kind);
}

static void
pause_changed (GSimpleAction *action, GVariant *state, gpointer window)
{
  StRun *run = st_session_get_run (ST_WINDOW (window)->session);
  if (run != NULL)
    st_run_pause (run, g_variant_get_boolean (state));
}

static void
stop (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StRun *run = st_session_get_run (ST_WINDOW (window)->session);
  if (run != NULL)
    st_run_stop (run);
}

static void
reset_training (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  st_session_reset_training (ST_WINDOW (window)->session);
}

static void
save_model (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StWindow *self = window;
  StPlot *plot = st_board_get_current (self->board);
  StColumn *column = plot != NULL
                       ? st_session_get_shown_column (self->session, st_plot_get_column (plot))
                       : NULL;
  if (column != NULL)
    st_ask_save_model (GTK_WINDOW (self), self->session, column);
}

static void
save_column (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  StWindow *self = window;
  GListModel *columns = st_session_get_columns (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (StColumn) column = g_list_model_get_item (columns, i);
      if (st_column_get_id (column) == g_variant_get_uint64 (parameter))
        st_ask_save_model (GTK_WINDOW (self), self->session, column);
    }
}

static void
sidebar_toggled (StWindow *self)
{
  /* Folded away on a narrow window is not a wish to keep. */
  if (self->settings != NULL && !self->narrow)
    g_settings_set_boolean (self->settings, "sidebar", adw_flap_get_reveal_flap (self->flap));
}

/* ---- actions, all of them ---- */

static const GActionEntry actions[] = {
  { .name = "open-model", .activate = open_model },
  { .name = "open-dataset", .activate = open_dataset },
  { .name = "show-shipped", .activate = show_shipped },
  { .name = "export", .activate = export_figure },
  { .name = "copy-image", .activate = copy_image },
  { .name = "copy-data", .activate = copy_data },
  { .name = "explain", .activate = explain },
  { .name = "reset-level", .activate = reset_level },
  { .name = "step-level", .activate = step_level, .parameter_type = "d" },
  { .name = "train", .activate = train },
  { .name = "train-kind", .activate = train_kind, .parameter_type = "s" },
  { .name = "pause", .state = "false", .change_state = pause_changed },
  { .name = "stop", .activate = stop },
  { .name = "reset-training", .activate = reset_training },
  { .name = "save-model", .activate = save_model },
  { .name = "save-column", .activate = save_column, .parameter_type = "t" },
};

/* ---- size ---- */

static void
set_narrow (StWindow *self, gboolean narrow)
{
  gboolean wanted = self->settings == NULL || g_settings_get_boolean (self->settings, "sidebar");
  self->narrow = narrow;
  adw_flap_set_fold_policy (self->flap, narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS
                                               : ADW_FLAP_FOLD_POLICY_NEVER);
  adw_flap_set_reveal_flap (self->flap, !narrow && wanted);
}

static void
st_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StWindow *self = ST_WINDOW (widget);
  if (self->narrow != (width < NARROW))
    set_narrow (self, width < NARROW);
  st_tray_set_slim (self->tray, height < SHORT);
  GTK_WIDGET_CLASS (st_window_parent_class)->size_allocate (widget, width, height, baseline);
}

static void
loss_answered (AdwMessageDialog *dialog, const char *response, StWindow *self)
{
  if (!g_str_equal (response, "close"))
    return;
  self->closing = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
ask_before_losing (StWindow *self)
{
  StRun *run = st_session_get_run (self->session);
  gboolean active = run != NULL && st_run_is_active (run);
  GtkWidget *dialog = adw_message_dialog_new (
    GTK_WINDOW (self), active ? _("Stop Training and Close?") : _("Close Without Saving?"),
    _("Models that were trained here and not saved will be lost."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "close",
                                    active ? _("_Stop and Close") : _("_Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (loss_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
st_window_close_request (GtkWindow *window)
{
  StWindow *self = ST_WINDOW (window);
  if (!self->closing && st_session_would_lose (self->session))
    {
      ask_before_losing (self);
      return TRUE;
    }
  if (self->settings != NULL)
    {
      int width, height;
      gtk_window_get_default_size (window, &width, &height);
      g_settings_set_int (self->settings, "window-width", MAX (width, 360));
      g_settings_set_int (self->settings, "window-height", MAX (height, 240));
      g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
    }
  return GTK_WINDOW_CLASS (st_window_parent_class)->close_request (window);
}

/* ---- dropped files ---- */

static gboolean
dropped (GtkDropTarget *target, const GValue *value, double x, double y, StWindow *self)
{
  for (GSList *files = g_value_get_boxed (value); files != NULL; files = files->next)
    st_open_file (self->session, files->data);
  return TRUE;
}

/* ---- object ---- */

static void
st_window_dispose (GObject *object)
{
  StWindow *self = ST_WINDOW (object);
  if (self->flap != NULL)
    g_action_map_remove_action (G_ACTION_MAP (self), "sidebar");
  gtk_widget_dispose_template (GTK_WIDGET (self), ST_TYPE_WINDOW);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (st_window_parent_class)->dispose (object);
}

static void
st_window_finalize (GObject *object)
{
  st_summaries_free (ST_WINDOW (object)->summaries);
  G_OBJECT_CLASS (st_window_parent_class)->finalize (object);
}

static void
st_window_class_init (StWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_window_dispose;
  G_OBJECT_CLASS (class)->finalize = st_window_finalize;
  widget_class->size_allocate = st_window_size_allocate;
  GTK_WINDOW_CLASS (class)->close_request = st_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/stratoscope/Stratoscope/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, StWindow, title);
  gtk_widget_class_bind_template_child (widget_class, StWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, StWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, StWindow, scrubbers);
  gtk_widget_class_bind_template_child (widget_class, StWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, StWindow, open);
  gtk_widget_class_bind_template_child (widget_class, StWindow, train);
  gtk_widget_class_bind_template_child (widget_class, StWindow, pause);
  gtk_widget_class_bind_template_child (widget_class, StWindow, reset);
  gtk_widget_class_bind_template_child (widget_class, StWindow, training);
  gtk_widget_class_bind_template_child (widget_class, StWindow, figures);
}

/* A tooltip is no name, and libadwaita gives the arrow beside a split button only that. */
static void
name_arrow (GtkWidget *split_button)
{
  const char *name = adw_split_button_get_dropdown_tooltip (ADW_SPLIT_BUTTON (split_button));
  for (GtkWidget *child = gtk_widget_get_first_child (split_button); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      -1);
}

static void
st_window_init (StWindow *self)
{
  self->summaries = st_summaries_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  name_arrow (self->open);
  name_arrow (self->train);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);

  g_autoptr (GPropertyAction) sidebar = g_property_action_new ("sidebar", self->flap,
                                                               "reveal-flap");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (sidebar));
  g_signal_connect_swapped (self->flap, "notify::reveal-flap", G_CALLBACK (sidebar_toggled), self);

  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (drop, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

StWindow *
st_window_new (GtkApplication *application, StSession *session, GSettings *settings)
{
  StWindow *self = g_object_new (ST_TYPE_WINDOW, "application", application, NULL);
  self->session = g_object_ref (session);
  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      gtk_window_set_default_size (GTK_WINDOW (self),
                                   g_settings_get_int (settings, "window-width"),
                                   g_settings_get_int (settings, "window-height"));
      if (g_settings_get_boolean (settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }
  /* Before whatever asks for summaries of a frame. */
  g_signal_connect_object (session, "frame", G_CALLBACK (follow_frame), self, G_CONNECT_SWAPPED);
  self->board = ST_BOARD (st_board_new (session, self->summaries));
  gtk_stack_add_named (self->stack, st_inspector_new (session, GTK_WIDGET (self->board)), "board");
  st_figure_choice_install (G_ACTION_MAP (self), self->figures, self->board, session,
                            self->settings);
  gtk_stack_add_named (self->stack, st_welcome_new (session), "welcome");
  adw_flap_set_flap (self->flap, st_sidebar_new (session));
  self->tray = ST_TRAY (st_tray_new (session));
  gtk_box_append (self->scrubbers, GTK_WIDGET (self->tray));
  gtk_box_append (self->scrubbers, st_history_scrubber_new (session));
  gtk_box_append (self->scrubbers, st_scrubber_new (session, self->summaries));
  st_looking_install (GTK_WINDOW (self), session, self->board);
  set_narrow (self, FALSE);

  g_signal_connect_object (session, "columns", G_CALLBACK (follow_columns), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "training", G_CALLBACK (follow_training), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "said", G_CALLBACK (show_sentence), self, G_CONNECT_SWAPPED);
  st_play_install (G_ACTION_MAP (self), GTK_WIDGET (self), session);
  st_against_install (G_ACTION_MAP (self), session);
  st_large_install (G_ACTION_MAP (self), self->board, self->settings);
  st_twin_menu_install (G_ACTION_MAP (self), session, self->board);
  st_embedding_controls_install (G_ACTION_MAP (self), session);
  st_pullback_controls_install (G_ACTION_MAP (self), session);
  st_tradeoff_controls_install (G_ACTION_MAP (self), session);
  st_training_controls_install (G_ACTION_MAP (self), GTK_MENU_BUTTON (self->training), session);
  follow_images (self);
  follow_columns (self);
  follow_training (self);
  return self;
}
