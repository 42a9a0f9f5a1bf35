#include <st-application.h>

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <st-config.h>
#include <st-embedding-controls.h>
#include <st-file-dialogs.h>
#include <st-job.h>
#include <st-places.h>
#include <st-pullback-controls.h>
#include <st-tradeoff-controls.h>
#include <st-screenshot.h>
#include <st-window.h>
#include <stdlib.h>

struct _StApplication {
  AdwApplication parent_instance;
  GSettings *settings;    /* NULL where the schema is not to be found */
  StSession *session;
  gboolean opened;        /* files were named at the start */
  char *screenshot;       /* where to save a picture of the window, or NULL */
  double level;           /* that it opens at */
};

G_DEFINE_FINAL_TYPE (StApplication, st_application, ADW_TYPE_APPLICATION)

/* ---- settings ---- */

/* An uninstalled schema must not end the program: it is looked for beside it first. */
static GSettings *
find_settings (void)
{
  g_autofree char *folder = st_places_schema ();
  g_autoptr (GSettingsSchemaSource) beside = NULL;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  if (folder != NULL)
    beside = g_settings_schema_source_new_from_directory (folder, source, FALSE, NULL);
  if (beside != NULL)
    source = beside;
  if (source == NULL)
    return NULL;
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (source, ST_APP_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static void
keep_perturbation (StApplication *self)
{
  g_settings_set_string (self->settings, "perturbation",
                         st_perturb_name (st_session_get_perturbation (self->session)));
}

static void
keep_dataset (StApplication *self)
{
  const char *name = st_session_get_dataset (self->session);
  if (name != NULL)
    g_settings_set_string (self->settings, "dataset", name);
}

/* A window on files that were named for once is no wish to see only those from now on. */
static void
keep_columns (StApplication *self)
{
  if (!self->opened)
    g_settings_set_value (self->settings, "columns", st_session_list_columns (self->session));
}

static void
restore_session (StApplication *self)
{
  g_autofree char *perturbation = g_settings_get_string (self->settings, "perturbation");
  StPerturbKind kind;
  if (st_perturb_from_name (perturbation, &kind))
    st_session_set_perturbation (self->session, kind);
  g_settings_bind (self->settings, "images", self->session, "images", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "tolerance", self->session, "tolerance",
                   G_SETTINGS_BIND_DEFAULT);
  st_embedding_controls_keep (self->session, self->settings);
  st_pullback_controls_keep (self->session, self->settings);
  st_tradeoff_controls_keep (self->session, self->settings);
  g_signal_connect_object (self->session, "notify::perturbation", G_CALLBACK (keep_perturbation),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::dataset", G_CALLBACK (keep_dataset), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "columns", G_CALLBACK (keep_columns), self,
                           G_CONNECT_SWAPPED);
}

/* What was open last; at first Fashion-MNIST where it is installed, else what is shipped. */
static void
open_last_dataset (StApplication *self)
{
  g_autofree char *name = NULL;
  if (self->settings != NULL)
    {
      g_autoptr (GVariant) kept = g_settings_get_user_value (self->settings, "dataset");
      name = kept != NULL ? g_variant_dup_string (kept, NULL) : NULL;
    }
  if (name == NULL || (g_path_is_absolute (name) && !g_file_test (name, G_FILE_TEST_EXISTS)))
    {
      g_free (name);
      name = g_strdup (st_dataset_has_fashion_mnist () ? "fashion-mnist" : "builtin");
    }
  st_session_open_dataset (self->session, name);
}

/* Those that were open last; at first, or where nothing of them is left, what is shipped. */
static void
open_last_models (StApplication *self)
{
  g_autoptr (GVariant) list = self->settings != NULL
                                ? g_settings_get_value (self->settings, "columns") : NULL;
  if (list == NULL || !st_session_open_columns (self->session, list))
    st_session_open_shipped_models (self->session);
}

/* ---- actions ---- */

static void
about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (data));
  adw_show_about_window (
    parent, "application-name", _("Stratoscope"), "application-icon", ST_APP_ID, "version",
    ST_VERSION, "developer-name", _("The Stratoscope authors"), "license-type",
    GTK_LICENSE_GPL_3_0, "comments",
    _("The geometry of autoencoders' latent spaces, while you touch it.\n\n"
      "Definitions follow Shrivastava, Rameshan and Agnihotri, “Latent Space Characterization of "
      "Autoencoder Variants” (arXiv 2412.04755).  A stratum is a rank triple (r1, r2, r3) of the "
      "covariance matrices of an image's unfolded latent tensor; a rank counts the eigenvalues "
      "above the tolerance times the largest.  PSNR compares the rebuilt image with the clean "
      "one, in dB, and is a mean over images."),
    NULL);
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  /* A window may ask first; the application ends with the last one. */
  g_autoptr (GList) windows
    = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));
  for (GList *window = windows; window != NULL; window = window->next)
    gtk_window_close (window->data);
}

static void
style_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  const char *name = g_variant_get_string (state, NULL);
  AdwColorScheme scheme = g_str_equal (name, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                          : g_str_equal (name, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                        : ADW_COLOR_SCHEME_DEFAULT;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  g_simple_action_set_state (action, state);
  GSettings *settings = ST_APPLICATION (data)->settings;
  if (settings != NULL)
    g_settings_set_value (settings, "style", state);
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about },
  { .name = "quit", .activate = quit },
  { .name = "style", .parameter_type = "s", .state = "'system'", .change_state = style_changed },
};

static void
set_accelerators (GtkApplication *application)
{
  static const struct { const char *action; const char *keys[4]; } table[] = {
    { "app.quit", { "<Control>q" } },
    { "app.about", { "<Shift>F1" } },
    { "window.close", { "<Control>w" } },
    { "win.open-model", { "<Control>o" } },
    { "win.open-dataset", { "<Control><Shift>o" } },
    { "win.show-shipped", { "<Control><Shift>m" } },
    { "win.show-isometry-pair", { "<Control><Shift>y" } },
    { "win.export", { "<Control>e" } },
    { "win.copy-image", { "<Control><Shift>c" } },
    { "win.copy-data", { "<Control><Shift>d" } },
    { "win.reset-level", { "<Control>0" } },
    { "win.large('')", { "F11" } },
    { "win.step-figure(1)", { "<Control>Page_Down" } },
    { "win.step-figure(-1)", { "<Control>Page_Up" } },
    { "win.play", { "F5" } },
    { "win.explain", { "<Control>i" } },
    { "win.why", { "<Control>y" } },
    { "win.figure-reconstructions", { "<Control>1" } },
    { "win.figure-cells", { "<Control>2" } },
    { "win.figure-scatter", { "<Control>3" } },
    { "win.figure-spectrum", { "<Control>4" } },
    { "win.figure-ribbons", { "<Control>5" } },
    { "win.figure-strata", { "<Control>6" } },
    { "win.figure-angles", { "<Control>7" } },
    { "win.figure-psnr", { "<Control>8" } },
    { "win.figure-difference", { "<Control>9" } },
    { "win.figure-isometry", { "<Alt>9" } },
    { "win.compare(('untrained', uint64 0))", { "<Control><Alt>u" } },
    { "win.compare(('sample', uint64 0))", { "<Control><Alt>s" } },
    { "win.compare(('dense', uint64 0))", { "<Control><Alt>d" } },
    { "win.picture::raw", { "<Alt>1" } },
    { "win.picture::pca", { "<Alt>2" } },
    { "win.picture::kernel-pca", { "<Alt>3" } },
    { "win.picture::tsne", { "<Alt>4" } },
    { "win.latent-map::none", { "<Alt>5" } },
    { "win.latent-map::condition", { "<Alt>6" } },
    { "win.latent-map::condition-j", { "<Alt>j" } },
    { "win.latent-map::volume", { "<Alt>7" } },
    { "win.latent-ellipses", { "<Alt>8" } },
    { "win.figure-paths", { "<Alt>0" } },
    { "win.figure-trade-off", { "<Alt>t" } },
    { "win.sweep", { "<Alt>s" } },
    { "win.sweep-stop", { "<Alt><Shift>s" } },
    { "win.sweep-anew", { "<Alt><Shift>t" } },
    { "win.figure-traversal", { "<Alt>g" } },
    { "win.figure-distances", { "<Alt>d" } },
    { "win.path-begin", { "<Alt>a" } },
    { "win.path-end", { "<Alt>b" } },
    { "win.path-none", { "<Alt><Shift>b" } },
    { "win.refit-picture", { "<Control>r" } },
    { "win.stop-picture", { "<Control><Shift>period", "<Control>greater" } },
    { "win.view-back", { "<Alt>z" } },
    { "win.view-forward", { "<Alt><Shift>z" } },
    { "win.zoom-in", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
    { "win.zoom-out", { "<Control>minus", "<Control>KP_Subtract" } },
    { "win.reset-view", { "<Control>Home" } },
    { "win.link-axes", { "<Control><Shift>l" } },
    { "win.lasso", { "<Control>l" } },
    { "win.select-class", { "<Control><Shift>k" } },
    { "win.select-stratum", { "<Control><Shift>s" } },
    { "win.select-none", { "<Control><Shift>a" } },
    { "win.pin", { "<Control>p" } },
    { "win.sidebar", { "F9" } },
    { "win.train", { "<Control>t" } },
    { "win.pause", { "<Control>space" } },
    { "win.stop", { "<Control>period" } },
    { "win.reset-training", { "<Control><Shift>t" } },
    { "win.train-step", { "<Control><Shift>b" } },
    { "win.train-epoch", { "<Control><Shift>e" } },
    { "win.continue-training", { "<Control><Shift>g" } },
    { "win.new-seed", { "<Control><Shift>n" } },
    { "win.stop-on-plateau", { "<Control><Shift>p" } },
    { "win.training-options", { "<Control><Shift>r" } },
    { "win.save-model", { "<Control>s" } },
    { "win.show-help-overlay", { "<Control>question", "F1" } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    gtk_application_set_accels_for_action (application, table[i].action, table[i].keys);
}

/* ---- application ---- */

/* Nobody is there to be asked. */
static gboolean
terminated (gpointer data)
{
  GList *windows;
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (data))) != NULL)
    gtk_window_destroy (windows->data);
  g_application_quit (G_APPLICATION (data));
  return G_SOURCE_REMOVE;
}

static void
st_application_startup (GApplication *application)
{
  StApplication *self = ST_APPLICATION (application);
  if (!gtk_init_check ())
    {
      g_printerr (_("stratoscope: there is no display to open a window on; stratoscope-cli needs "
                    "none.\n"));
      exit (1);   /* as GTK would, but in words */
    }
  G_APPLICATION_CLASS (st_application_parent_class)->startup (application);
  gtk_window_set_default_icon_name (ST_APP_ID);
  self->settings = find_settings ();
  self->session = st_session_new ();
  if (self->settings != NULL)
    restore_session (self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  if (self->settings != NULL)
    {
      g_autoptr (GVariant) style = g_settings_get_value (self->settings, "style");
      g_action_group_change_action_state (G_ACTION_GROUP (self), "style", style);
    }
  set_accelerators (GTK_APPLICATION (self));
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_unix_signal_add (signals[i], terminated, self);
}

static StWindow *
present (StApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  if (window == NULL)
    {
      open_last_dataset (self);
      window = GTK_WINDOW (st_window_new (GTK_APPLICATION (self), self->session, self->settings));
    }
  gtk_window_present (window);
  st_session_set_level (self->session, self->level);
  if (self->screenshot != NULL)
    st_screenshot_take (window, self->session, self->screenshot);
  g_clear_pointer (&self->screenshot, g_free);
  return ST_WINDOW (window);
}

static void
st_application_activate (GApplication *application)
{
  StApplication *self = ST_APPLICATION (application);
  gboolean first = gtk_application_get_active_window (GTK_APPLICATION (self)) == NULL;
  present (self);
  if (first && !self->opened)
    open_last_models (self);
}

static void
st_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  StApplication *self = ST_APPLICATION (application);
  self->opened = TRUE;
  present (self);
  for (int i = 0; i < n_files; i++)
    st_open_file (self->session, files[i]);
}

static void
st_application_shutdown (GApplication *application)
{
  StApplication *self = ST_APPLICATION (application);
  if (self->settings != NULL)
    keep_columns (self);   /* a model may have been saved elsewhere since they came */
  st_tradeoffs_stop (st_session_get_tradeoffs (self->session));
  st_jobs_finish ();   /* a file that is being written gets written, */
  g_clear_object (&self->session);
  st_jobs_finish ();   /* and a training ends in good order */
  g_clear_object (&self->settings);
  G_APPLICATION_CLASS (st_application_parent_class)->shutdown (application);
}

/* --level is read in the C locale, as all arguments are. */
static int
st_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  StApplication *self = ST_APPLICATION (application);
  const char *level;
  char *end = NULL;
  if (g_variant_dict_lookup (options, "version", "b", NULL))
    {
      g_print ("stratoscope %s\n", ST_VERSION);
      return 0;
    }
  g_variant_dict_lookup (options, "screenshot", "^ay", &self->screenshot);
  if (!g_variant_dict_lookup (options, "level", "&s", &level))
    return -1;
  self->level = g_ascii_strtod (level, &end);
  if (end != level && *end == '\0' && self->level >= 0 && self->level <= 1)
    return -1;
  g_printerr (_("stratoscope: --level wants a number from 0 to 1, not “%s”.\n"), level);
  return 2;
}

static void
st_application_finalize (GObject *object)
{
  g_free (ST_APPLICATION (object)->screenshot);
  G_OBJECT_CLASS (st_application_parent_class)->finalize (object);
}

static void
st_application_class_init (StApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);
  G_OBJECT_CLASS (class)->finalize = st_application_finalize;
  application_class->handle_local_options = st_application_handle_local_options;
  application_class->startup = st_application_startup;
  application_class->activate = st_application_activate;
  application_class->open = st_application_open;
  application_class->shutdown = st_application_shutdown;
}

static void
st_application_init (StApplication *self)
{
  static const GOptionEntry options[] = {
    { "level", 'l', 0, G_OPTION_ARG_STRING, NULL, N_("The distortion level to open at, 0 to 1"),
      "L" },
    { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      N_("Save a picture of the window once all is measured, and end"), "FILE.png" },
    { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
    { NULL },
  };
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self),
                                                     _("[MODEL.safetensors | DATASET …]"));
}

/* Up to 4.14 GTK opens GL on X whatever it is to draw with, and where that is done in software the
 * library for it takes 70 MB and a quarter of a second.  Whoever asks for cairo has no use for it.
 * GTK looks at this once, when it opens the display. */
static void
leave_out_gl (void)
{
  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0 && gtk_get_minor_version () < 14)
    g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
}

StApplication *
st_application_new (void)
{
  leave_out_gl ();
  return g_object_new (ST_TYPE_APPLICATION, "application-id", ST_APP_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE,
                       "resource-base-path", "/io/github/stratoscope/Stratoscope", NULL);
}

StSession *
st_application_get_session (StApplication *self)
{
  return self->session;
}
