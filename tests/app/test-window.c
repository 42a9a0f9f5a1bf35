#include "window-fixture.h"

#include <glib/gstdio.h>
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

static void
test_slider_changes_everything (Fixture *fixture, gconstpointer data)
{
  GtkWidget *slider = fixture_find_named (fixture, GTK_TYPE_SCALE, "Distortion");
  g_autoptr (GPtrArray) plots = fixture_find_all (fixture, ST_TYPE_PLOT);
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_free);
  settle (fixture);
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

  /* And back: the slider is reversible. */
  gtk_range_set_value (GTK_RANGE (slider), 0);
  settle (fixture);
  for (guint i = 0; i < plots->len; i++)
    {
      g_autofree char *after = fixture_describe (g_ptr_array_index (plots, i));
      g_assert_cmpstr (after, ==, g_ptr_array_index (before, i));
    }
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

/* A hidden column goes, and the figures of the others stay what they were. */
static void
test_hide_column (Fixture *fixture, gconstpointer data)
{
  StColumn *first = st_session_get_shown_column (fixture->session, 0);
  st_column_set_shown (first, FALSE);
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

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_open, function, fixture_close)
  ADD ("/window/opens", test_opens);
  ADD ("/window/slider-changes-everything", test_slider_changes_everything);
  ADD ("/window/exports", test_exports);
  ADD ("/window/bad-files", test_bad_files);
  ADD ("/window/hide-column", test_hide_column);
  return fixture_run ();
}
