#include "window-fixture.h"

#include <glib/gstdio.h>
#include <st-board-layout.h>
#include <st-images.h>
#include <st-level-scale.h>
#include <string.h>

static gboolean
wake_up (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* Descriptions are renewed at most four times a second. */
static gboolean
after_a_moment (Fixture *fixture, gpointer data)
{
  gint64 *until = data;
  if (*until == 0)
    {
      *until = g_get_monotonic_time () + G_USEC_PER_SEC * 6 / 10;
      g_timeout_add (700, wake_up, NULL);
    }
  return g_get_monotonic_time () >= *until;
}

static void
settle (Fixture *fixture)
{
  gint64 until = 0;
  fixture_wait (fixture, fixture_is_settled, NULL);
  fixture_wait (fixture, after_a_moment, &until);
}

static void
test_opens (Fixture *fixture, gconstpointer data)
{
  static const char *const labels[] = { "Reconstructions, CAE", "Rank strata, CAE", "PSNR, CAE",
                                        "Reconstructions, VAE, mean", "Rank strata, VAE, mean" };
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, labels[i]);
      g_assert_nonnull (plot);
      gtk_test_accessible_assert_role (plot, GTK_ACCESSIBLE_ROLE_IMG);
      g_assert_true (gtk_widget_get_focusable (plot));
    }
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_SCALE, "Distortion"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_SPIN_BUTTON, "Level"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_SPIN_BUTTON, "Images"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_DROP_DOWN, "Perturbation"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_DROP_DOWN, "Dataset"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_DROP_DOWN, "Latent"));
}

typedef struct Reversal { GPtrArray *plots, *before; } Reversal;

/* Whether every plot says again what it said before. */
static gboolean
is_as_before (Fixture *fixture, gpointer data)
{
  const Reversal *reversal = data;
  for (guint i = 0; i < reversal->plots->len; i++)
    {
      g_autofree char *now = fixture_describe (g_ptr_array_index (reversal->plots, i));
      if (g_strcmp0 (now, g_ptr_array_index (reversal->before, i)) != 0)
        return FALSE;
    }
  return TRUE;
}

/* The dearest numbers are the last to be told. */
static gboolean
are_angles_told (Fixture *fixture, gpointer data)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Hilbert angles, CAE");
  g_autofree char *now = fixture_describe (plot);
  return strstr (now, "mean angle") != NULL;
}

/* Keeps the main loop turning, so that a condition is looked at again. */
static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_slider_changes_everything (Fixture *fixture, gconstpointer data)
{
  GtkWidget *slider = fixture_find_named (fixture, GTK_TYPE_SCALE, "Distortion");
  g_autoptr (GPtrArray) plots = fixture_find_all (fixture, ST_TYPE_PLOT);
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);
  guint timer = g_timeout_add (100, tick, NULL);
  settle (fixture);
  fixture_wait (fixture, are_angles_told, NULL);
  for (guint i = 0; i < plots->len; i++)
    g_ptr_array_add (before, fixture_describe (g_ptr_array_index (plots, i)));

  gtk_range_set_value (GTK_RANGE (slider), 0.4);   /* the square root of the level */
  g_assert_cmpfloat_with_epsilon (st_session_get_level (fixture->session), 0.16, 1e-9);
  settle (fixture);
  for (guint i = 0; i < plots->len; i++)
    {
      g_autofree char *after = fixture_describe (g_ptr_array_index (plots, i));
      g_assert_cmpstr (after, !=, g_ptr_array_index (before, i));
      g_assert_nonnull (strstr (after, "0.16"));
    }
  gtk_test_accessible_assert_property (slider, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "0.16");

  /* And back: the slider is reversible.  Descriptions are renewed a little later than frames. */
  Reversal reversal = { plots, before };
  gtk_range_set_value (GTK_RANGE (slider), 0);
  fixture_wait (fixture, fixture_is_settled, NULL);
  fixture_wait (fixture, is_as_before, &reversal);
  g_source_remove (timer);
}

static void
check_plan (const StBoardRow *rows, guint n, int width, int height, guint first)
{
  const StBoardPlan plan = st_board_plan (rows, n, width, height, 3, first);
  g_assert_cmpuint (plan.first, <=, first);
  g_assert_cmpuint (plan.end, >, plan.first);
  g_assert_cmpuint (plan.end, <=, n);
  int bottom = ST_BOARD_HEAD;
  for (guint i = plan.first; i < plan.end; i++)
    {
      g_assert_cmpint (plan.y[i], >=, bottom);
      g_assert_cmpint (plan.height[i], >=, rows[i].least);
      bottom = plan.y[i] + plan.height[i];
    }
  const gboolean whole = plan.first == 0 && plan.end == n;
  if (plan.end > plan.first + 1 || whole)
    g_assert_cmpint (bottom, <=, height - (whole ? 0 : ST_BOARD_MORE));
}

/* Any set of figures, in windows from small to large: every figure has one place, rows do not
 * overlap and are not cut, and every one can be scrolled to. */
static void
test_plans (void)
{
  for (StBoardFigures figures = 1; figures < 1u << ST_FIGURES; figures++)
    {
      StBoardRow rows[ST_BOARD_ROWS];
      const guint n = st_board_rows (figures, rows);
      StBoardFigures found = 0;
      for (guint i = 0; i < n; i++)
        {
          g_assert_false (found & 1u << rows[i].figure);
          found |= 1u << rows[i].figure;
          found |= rows[i].has_second ? 1u << rows[i].second : 0;
        }
      g_assert_cmpuint (found, ==, figures);
      for (int height = 320; height <= 1600; height += 160)
        for (guint first = 0; first < n; first++)
          check_plan (rows, n, 2 * height, height, first);
      g_assert_cmpuint (st_board_plan (rows, n, 1180, 320, 3, n - 1).end, ==, n);
    }
  g_assert_cmpuint (st_board_plan (NULL, 0, 1180, 780, 3, 0).end, ==, 0);
}

static gboolean
has_images (Fixture *fixture, gpointer data)
{
  return st_images_count (st_session_get_image_set (fixture->session)) == GPOINTER_TO_UINT (data)
         && fixture_is_settled (fixture, NULL);
}

/* One image, in every column; what is about whole sets alone says nothing of it. */
static void
test_selects (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) plots = fixture_find_all (fixture, ST_TYPE_PLOT);
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, -1);
  settle (fixture);
  for (guint i = 0; i < plots->len; i++)
    g_ptr_array_add (before, fixture_describe (g_ptr_array_index (plots, i)));
  st_session_set_selected (fixture->session, 2);
  st_session_set_level (fixture->session, 0.01);
  st_session_set_level (fixture->session, 0);
  settle (fixture);
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, 2);
  for (guint i = 0; i < plots->len; i++)
    {
      StPlot *plot = g_ptr_array_index (plots, i);
      g_autofree char *after = fixture_describe (GTK_WIDGET (plot));
      const gboolean told = st_plot_get_kind (plot) != ST_FIGURE_ANGLES;
      g_assert_cmpint (g_strcmp0 (after, g_ptr_array_index (before, i)) != 0, ==, told);
    }
  /* Other images are other images. */
  st_session_set_images (fixture->session, 30);
  fixture_wait (fixture, has_images, GUINT_TO_POINTER (30));
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, -1);
  st_session_set_selected (fixture->session, 1000);
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, 29);
  st_session_set_selected (fixture->session, -1);
  st_session_set_images (fixture->session, 40);
  fixture_wait (fixture, has_images, GUINT_TO_POINTER (40));
}

static gboolean
state_of (Fixture *fixture, const char *action)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window),
                                                                action);
  return g_variant_get_boolean (state);
}

static void
test_figures_chosen (Fixture *fixture, gconstpointer data)
{
  GActionGroup *actions = G_ACTION_GROUP (fixture->window);
  g_assert_null (fixture_find_named (fixture, ST_TYPE_PLOT, "Cells, CAE"));
  g_assert_false (state_of (fixture, "figure-cells"));
  g_action_group_activate_action (actions, "why", NULL);
  g_assert_true (state_of (fixture, "figure-cells"));
  g_assert_cmpint (st_session_get_selected (fixture->session), ==, 0);
  settle (fixture);
  GtkWidget *cells = fixture_find_named (fixture, ST_TYPE_PLOT, "Cells, VAE, mean");
  g_assert_nonnull (cells);
  g_assert_true (gtk_widget_get_child_visible (cells));
  g_autofree char *words = fixture_describe (cells);
  g_assert_nonnull (strstr (words, "distinct patches, so rank at most"));

  /* A sample's cells are its own: said in words. */
  st_session_set_latent (fixture->session, ST_LATENT_SAMPLE);
  settle (fixture);
  g_autofree char *sample = fixture_describe (
    fixture_find_named (fixture, ST_TYPE_PLOT, "Cells, VAE, sample"));
  g_assert_nonnull (strstr (sample, "Patches predict nothing"));
  st_session_set_latent (fixture->session, ST_LATENT_MEAN);

  static const char *const usual[] = { "figure-reconstructions", "figure-scatter",
                                       "figure-spectrum", "figure-strata", "figure-angles",
                                       "figure-psnr" };
  g_action_group_activate_action (actions, "figure-ribbons", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    g_action_group_activate_action (actions, usual[i], NULL);
  g_action_group_activate_action (actions, "figure-cells", NULL);
  settle (fixture);
  g_autoptr (GPtrArray) alone = fixture_find_all (fixture, ST_TYPE_PLOT);
  g_assert_cmpuint (alone->len, ==, 3);
  g_assert_nonnull (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank moves, CAE"));
  /* The last one stays. */
  g_action_group_activate_action (actions, "figure-ribbons", NULL);
  g_assert_true (state_of (fixture, "figure-ribbons"));

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    g_action_group_activate_action (actions, usual[i], NULL);
  g_action_group_activate_action (actions, "figure-ribbons", NULL);
  st_session_set_selected (fixture->session, -1);
  g_assert_null (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank moves, CAE"));
  g_assert_nonnull (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE"));
}

static gboolean
status_begins (Fixture *fixture, gpointer data)
{
  return g_str_has_prefix (st_session_get_status (fixture->session), data);
}

static char *
export_to (Fixture *fixture, const char *name)
{
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE");
  StScene *scene = st_plot_make_scene (ST_PLOT (plot));
  st_session_export (fixture->session, scene, name);
  st_scene_unref (scene);
  g_autofree char *saved = g_strdup_printf ("Saved %s", name);
  fixture_wait (fixture, status_begins, saved);
  char *bytes;
  gsize size;
  g_assert_true (g_file_get_contents (name, &bytes, &size, NULL));
  return bytes;
}

/* Words stand above a figure in a file: it is made higher than on the board, or none would be
 * left of a low one. */
static void
check_sizes (GtkWidget *widget, guint *checked)
{
  if (ST_IS_PLOT (widget))
    {
      double width, height;
      st_figure_natural_size (st_plot_get_kind (ST_PLOT (widget)), &width, &height);
      StScene *scene = st_plot_make_scene (ST_PLOT (widget));
      g_assert_cmpfloat (st_scene_width (scene), >=, width);
      g_assert_cmpfloat (st_scene_height (scene), >=, height);
      st_scene_unref (scene);
      ++*checked;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_sizes (child, checked);
}

static void
test_export_sizes (Fixture *fixture, gconstpointer data)
{
  guint checked = 0;
  check_sizes (GTK_WIDGET (fixture->window), &checked);
  g_assert_cmpuint (checked, >, 3);
}

static void
test_exports (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *svg = g_build_filename (folder, "a.svg", NULL);
  g_autofree char *png = g_build_filename (folder, "a.png", NULL);
  g_autofree char *text = export_to (fixture, svg);
  GMarkupParser parser = { 0 };
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_markup_parse_context_parse (context, text, -1, &error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_markup_parse_context_free (context);
  g_assert_nonnull (strstr (text, "Rank strata"));

  g_autofree char *bytes = export_to (fixture, png);
  g_assert_true (g_str_has_prefix (bytes + 1, "PNG"));

  /* What was there stays when a figure cannot be written, and the status says why. */
  g_autofree char *nowhere = g_build_filename (folder, "no", "b.svg", NULL);
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE");
  StScene *scene = st_plot_make_scene (ST_PLOT (plot));
  st_session_export (fixture->session, scene, nowhere);
  st_scene_unref (scene);
  fixture_wait (fixture, status_begins, (gpointer) "Could not save");
  g_assert_nonnull (strstr (st_session_get_status (fixture->session), nowhere));
  g_unlink (svg);
  g_unlink (png);
  g_rmdir (folder);
}

/* The status may be cut; a toast has the whole of it. */
static gboolean
has_toast (Fixture *fixture, const char *text)
{
  g_autoptr (GPtrArray) labels = fixture_find_all (fixture, GTK_TYPE_LABEL);
  for (guint i = 0; i < labels->len; i++)
    if (gtk_widget_get_ancestor (g_ptr_array_index (labels, i), ADW_TYPE_TOAST_OVERLAY) != NULL
        && g_strcmp0 (gtk_label_get_text (g_ptr_array_index (labels, i)), text) == 0)
      return TRUE;
  return FALSE;
}

static void
test_bad_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree char *model = g_build_filename (folder, "bad.safetensors", NULL);
  g_autofree char *images = g_build_filename (folder, "bad.idx", NULL);
  g_file_set_contents (model, "\377\377\377\377", 4, NULL);
  g_file_set_contents (images, "", 0, NULL);
  guint columns = g_list_model_get_n_items (st_session_get_columns (fixture->session));

  st_session_open_model (fixture->session, model);
  fixture_wait (fixture, status_begins, (gpointer) "Could not open");
  g_assert_nonnull (strstr (st_session_get_status (fixture->session), model));
  g_assert_true (has_toast (fixture, st_session_get_status (fixture->session)));
  g_assert_cmpuint (g_list_model_get_n_items (st_session_get_columns (fixture->session)), ==,
                    columns);

  st_session_set_level (fixture->session, 0.5);   /* the next thing done: the sentence goes */
  g_assert_false (g_str_has_prefix (st_session_get_status (fixture->session), "Could not"));
  st_session_open_dataset (fixture->session, images);
  fixture_wait (fixture, status_begins, (gpointer) "Could not open");
  g_assert_cmpstr (st_session_get_dataset (fixture->session), ==, "builtin");
  g_unlink (model);
  g_unlink (images);
  g_rmdir (folder);
}

/* What the next start will show. */
static void
check_kept (const char *wanted)
{
  g_autoptr (GSettings) settings
    = g_settings_new (g_application_get_application_id (g_application_get_default ()));
  g_autoptr (GVariant) columns = g_settings_get_value (settings, "columns");
  g_autofree char *text = g_variant_print (columns, FALSE);
  g_assert_nonnull (strstr (text, wanted));
}

/* A hidden column goes, and the figures of the others stay what they were. */
static void
test_hide_column (Fixture *fixture, gconstpointer data)
{
  StColumn *first = st_session_get_shown_column (fixture->session, 0);
  check_kept ("('cae', true), ('dae', true)");
  st_column_set_shown (first, FALSE);
  check_kept ("('cae', false), ('dae', true)");
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_null (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE"));
  g_assert_nonnull (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, VAE, mean"));
  st_column_set_shown (first, TRUE);
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_nonnull (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, CAE"));

  st_session_set_latent (fixture->session, ST_LATENT_SAMPLE);
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_nonnull (fixture_find_named (fixture, ST_TYPE_PLOT, "Rank strata, VAE, sample"));
}

/* What a screen reader hears of controls that show only an icon. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  GListModel *columns = st_session_get_columns (fixture->session);
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Models and Datasets"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Which Model"));
  for (guint latent = 0; latent < 2; latent++)
    {
      st_session_set_latent (fixture->session, latent == 0 ? ST_LATENT_MEAN : ST_LATENT_SAMPLE);
      for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
        {
          g_autoptr (StColumn) column = g_list_model_get_item (columns, i);
          g_autofree char *show = g_strdup_printf ("Show %s", st_column_get_title (column));
          g_autofree char *close = g_strdup_printf ("Close %s", st_column_get_title (column));
          g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_TOGGLE_BUTTON, show));
          g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_BUTTON, close));
        }
    }
}

/* What is said of the figure at hand, one key away; caller frees. */
static char *
explanation (Fixture *fixture)
{
  char *body = NULL;
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.explain", NULL);
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows) && body == NULL; i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (!ADW_IS_MESSAGE_DIALOG (window))
        continue;
      body = g_strdup (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (window)));
      gtk_window_destroy (window);
    }
  g_assert_nonnull (body);
  return body;
}

/* Under each kernel the angles are told, with all that belongs to them. */
static void
test_facts (Fixture *fixture, gconstpointer data)
{
  GtkWidget *kernel = fixture_find_named (fixture, GTK_TYPE_DROP_DOWN, "Kernel");
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, "Hilbert angles, CAE");
  guint timer = g_timeout_add (100, tick, NULL);
  const int width = gtk_widget_get_width (kernel);
  st_session_set_level (fixture->session, 0.05);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (kernel), ST_KERNEL_GAUSSIAN_LOG_EUCLIDEAN);
  g_assert_cmpint (st_session_get_kernel (fixture->session), ==,
                   ST_KERNEL_GAUSSIAN_LOG_EUCLIDEAN);
  settle (fixture);
  fixture_wait (fixture, are_angles_told, NULL);
  g_assert_cmpint (gtk_widget_get_width (kernel), ==, width);
  gtk_widget_grab_focus (plot);
  g_autofree char *told = explanation (fixture);
  g_assert_nonnull (strstr (told, "Principal angles"));
  g_assert_nonnull (strstr (told, "Chordal distance"));
  g_assert_nonnull (strstr (told, "Kernel: Gaussian of log-Euclidean, σ "));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (kernel), ST_KERNEL_PROJECTION);
  g_source_remove (timer);
}

static void
enter_tolerance (GtkWidget *spin, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (spin), text);
  gtk_spin_button_update (GTK_SPIN_BUTTON (spin));
}

/* A tolerance is read as it is typed and as it is shown, and nonsense changes nothing. */
static void
test_tolerance_entry (Fixture *fixture, gconstpointer data)
{
  static const char *const nonsense[] = { "", "abc", "-1", "0", "1e-6x", "nan" };
  GtkWidget *spin = fixture_find_named (fixture, GTK_TYPE_SPIN_BUTTON, "Tolerance");
  enter_tolerance (spin, "1e-4");
  g_assert_cmpfloat_with_epsilon (st_session_get_tolerance (fixture->session), 1e-4, 1e-12);
  for (guint i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      enter_tolerance (spin, nonsense[i]);
      g_assert_cmpfloat_with_epsilon (st_session_get_tolerance (fixture->session), 1e-4, 1e-12);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "1e−4");
    }
  enter_tolerance (spin, "3e−7");
  g_assert_cmpfloat_with_epsilon (st_session_get_tolerance (fixture->session), 3e-7, 1e-15);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "3e−7");
  enter_tolerance (spin, "1e-8");
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_open, function, fixture_close)
  ADD ("/window/opens", test_opens);
  ADD ("/window/slider-changes-everything", test_slider_changes_everything);
  g_test_add_func ("/window/plans", test_plans);
  ADD ("/window/selects", test_selects);
  ADD ("/window/figures-chosen", test_figures_chosen);
  ADD ("/window/exports", test_exports);
  ADD ("/window/export-sizes", test_export_sizes);
  ADD ("/window/bad-files", test_bad_files);
  ADD ("/window/hide-column", test_hide_column);
  ADD ("/window/names", test_names);
  ADD ("/window/facts", test_facts);
  ADD ("/window/tolerance-entry", test_tolerance_entry);
  return fixture_run ();
}
