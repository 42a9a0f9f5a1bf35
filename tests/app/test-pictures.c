/* Pictures of the latents in the window: chosen, waited for, stopped, asked for anew. */
#include "window-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static const char SCATTER[] = "Latent scatter, CAE";

/* Keeps the main loop turning, so that a condition is looked at again. */
static gboolean
tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
says (Fixture *fixture, gpointer words)
{
  g_autofree char *now = fixture_describe (fixture_find_named (fixture, ST_TYPE_PLOT, SCATTER));
  return strstr (now, words) != NULL;
}

static void
wait_for_words (Fixture *fixture, const char *words)
{
  const guint timer = g_timeout_add (100, tick, NULL);
  fixture_wait (fixture, says, (gpointer) words);
  g_source_remove (timer);
}

static void
choose (Fixture *fixture, const char *action, const char *value)
{
  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), action,
                                  value != NULL ? g_variant_new_string (value) : NULL);
}

static gboolean
is_enabled (Fixture *fixture, const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), action);
}

static gboolean
can_refit (Fixture *fixture, gpointer data)
{
  return is_enabled (fixture, "refit-picture");
}

static void
test_kernel_pca (Fixture *fixture, gconstpointer data)
{
  st_session_set_level (fixture->session, 0.1);
  wait_for_words (fixture, "trustworthiness");
  choose (fixture, "picture", "kernel-pca");
  wait_for_words (fixture, "kernel PCA, Projection kernel, trustworthiness");
  st_session_set_level (fixture->session, 0.2);
  wait_for_words (fixture, "level 0.20, points moved");
  wait_for_words (fixture, "kernel PCA, Projection kernel, trustworthiness");
  g_autoptr (GVariant) state = g_action_group_get_action_state (
    G_ACTION_GROUP (fixture->window), "picture");
  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, "kernel-pca");
  g_assert_false (is_enabled (fixture, "refit-picture"));
  g_assert_false (is_enabled (fixture, "stop-picture"));
  g_assert_nonnull (fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Picture of the latents"));
  choose (fixture, "picture", "raw");
  wait_for_words (fixture, "Raw axes are those of a latent of two numbers");
  choose (fixture, "picture", "pca");
  wait_for_words (fixture, "axes hold");
}

/* Nothing lies over the button: what is picked in its middle is it. */
static void
test_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = fixture_find_named (fixture, GTK_TYPE_MENU_BUTTON, "Picture of the latents");
  graphene_rect_t bounds;
  fixture_wait (fixture, fixture_is_settled, NULL);
  g_assert_true (gtk_widget_compute_bounds (button, GTK_WIDGET (fixture->window), &bounds));
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (fixture->window),
                                       bounds.origin.x + bounds.size.width / 2,
                                       bounds.origin.y + bounds.size.height / 2, GTK_PICK_DEFAULT);
  g_assert_nonnull (picked);
  g_assert_true (picked == button || gtk_widget_is_ancestor (picked, button));
}

/* A map stays what it was, says of what, and is made anew when asked. */
static void
test_tsne (Fixture *fixture, gconstpointer data)
{
  st_session_set_level (fixture->session, 0.1);
  choose (fixture, "picture-distance", "frobenius");
  choose (fixture, "picture", "tsne");
  wait_for_words (fixture, "Frobenius distance, of level 0.10, 1000 iterations, trustworthiness");
  GtkWidget *refit = fixture_find_named (fixture, GTK_TYPE_BUTTON, "Refit the picture");
  g_assert_nonnull (refit);
  st_session_set_level (fixture->session, 0.3);
  wait_for_words (fixture, "of level 0.10, now 0.30");
  fixture_wait (fixture, can_refit, NULL);
  g_assert_true (gtk_widget_get_visible (refit));
  choose (fixture, "refit-picture", NULL);
  wait_for_words (fixture, "of level 0.30, 1000 iterations");

  /* What is not defined is said, and not drawn. */
  choose (fixture, "picture-distance", "bonnabel-sepulchre");
  wait_for_words (fixture, "distance is not defined between image");
  choose (fixture, "picture-distance", "kernel");
  choose (fixture, "picture", "pca");
}

static gboolean
is_begun_or_done (Fixture *fixture, gpointer data)
{
  StEmbeddings *embeddings = st_session_get_embeddings (fixture->session);
  const StEmbedding *first = st_embeddings_get (embeddings)->of[0];
  return first != NULL && first->clean != NULL
         && (first->state == ST_EMBEDDING_RUNNING || !st_embeddings_is_busy (embeddings));
}

static gboolean
is_at_rest (Fixture *fixture, gpointer data)
{
  return !st_embeddings_is_busy (st_session_get_embeddings (fixture->session));
}

/* A machine may be so fast that a map is done before it can be stopped: then once more. */
static void
test_stops (Fixture *fixture, gconstpointer data)
{
  StEmbeddings *embeddings = st_session_get_embeddings (fixture->session);
  StEmbeddingState state = ST_EMBEDDING_DONE;
  st_session_set_images (fixture->session, 200);
  st_session_set_level (fixture->session, 0.1);
  fixture_wait (fixture, fixture_is_settled, NULL);
  choose (fixture, "picture", "tsne");
  for (guint i = 0; i < 50 && state != ST_EMBEDDING_STOPPED; i++)
    {
      fixture_wait (fixture, is_begun_or_done, NULL);
      choose (fixture, "stop-picture", NULL);
      fixture_wait (fixture, is_at_rest, NULL);
      state = st_embeddings_get (embeddings)->of[0]->state;
      if (state == ST_EMBEDDING_DONE)
        st_embeddings_refit (embeddings);
    }
  wait_for_words (fixture, "stopped at iteration");
  wait_for_words (fixture, "trustworthiness");
  g_assert_false (is_enabled (fixture, "stop-picture"));
  g_assert_true (is_enabled (fixture, "refit-picture"));
  choose (fixture, "picture", "pca");
}

/* ---- the pullback metric ---- */

/* An untrained net whose latent has two numbers, as a file. */
static char *
save_vector_model (void)
{
  const StSpec spec = { .kind = ST_KIND_AE_MLP, .image = { 28, 28, 1 }, .dimension = 2,
                        .hidden = { 16 } };
  g_autofree float *parameters = g_new (float, st_spec_parameters (&spec));
  g_autofree char *folder = g_dir_make_tmp ("pictures-XXXXXX", NULL);
  char *path = g_build_filename (folder, "vector.safetensors", NULL);
  StModelFile file = { .metadata = st_model_metadata_new () };
  st_model_initialise (&spec, 5, parameters);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &file.model)));
  g_assert_true (st_ok (st_model_save (path, &file)));
  st_model_file_clear (&file);
  return path;
}

static void
remove_file (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The column that has no unfoldings. */
static StColumn *
find_vector_column (Fixture *fixture)
{
  StColumn *column;
  for (guint i = 0; (column = st_session_get_shown_column (fixture->session, i)) != NULL; i++)
    if (!st_kind_unfolds (st_model_spec (st_column_get_model (column))->kind))
      return column;
  return NULL;
}

static gboolean
vector_says (Fixture *fixture, gpointer words)
{
  StColumn *column = find_vector_column (fixture);
  if (column == NULL)
    return FALSE;
  g_autofree char *label = st_figure_label (ST_FIGURE_SCATTER, st_column_get_title (column));
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, label);
  g_autofree char *now = plot != NULL ? fixture_describe (plot) : g_strdup ("");
  return strstr (now, words) != NULL;
}

static gboolean
vector_does_not_say (Fixture *fixture, gpointer words)
{
  return find_vector_column (fixture) != NULL && !vector_says (fixture, words);
}

static void
wait_for_vector (Fixture *fixture, Condition condition, const char *words)
{
  const guint timer = g_timeout_add (100, tick, NULL);
  fixture_wait (fixture, condition, (gpointer) words);
  g_source_remove (timer);
}

/* pair: a figure's label, and words of its description. */
static gboolean
figure_says (Fixture *fixture, gpointer data)
{
  const char *const *pair = data;
  GtkWidget *plot = fixture_find_named (fixture, ST_TYPE_PLOT, pair[0]);
  g_autofree char *now = plot != NULL ? fixture_describe (plot) : g_strdup ("");
  return strstr (now, pair[1]) != NULL;
}

static void
wait_for_figure (Fixture *fixture, StFigureKind kind, const char *title, const char *words)
{
  g_autofree char *label = st_figure_label (kind, title);
  const char *const pair[] = { label, words };
  const guint timer = g_timeout_add (100, tick, NULL);
  fixture_wait (fixture, figure_says, (gpointer) pair);
  g_source_remove (timer);
}

/* From one chosen image to another, or from a pin. */
static void
check_paths (Fixture *fixture)
{
  const char *title = st_column_get_title (find_vector_column (fixture));
  StSelection *selection = st_session_get_selection (fixture->session);
  st_session_set_selected (fixture->session, -1);
  g_assert_false (is_enabled (fixture, "path-begin"));
  st_session_set_selected (fixture->session, 3);
  g_assert_true (is_enabled (fixture, "path-begin"));
  g_assert_false (is_enabled (fixture, "path-end"));
  choose (fixture, "path-begin", NULL);
  st_session_set_selected (fixture->session, 7);
  choose (fixture, "path-end", NULL);
  wait_for_figure (fixture, ST_FIGURE_PATHS, title, "from image 3 to image 7, straight: ");
  wait_for_figure (fixture, ST_FIGURE_PATHS, title, "geodesic: ");
  wait_for_figure (fixture, ST_FIGURE_PATHS, "CAE", "here the latent is a map");
  wait_for_vector (fixture, vector_says, "path of length");

  choose (fixture, "path-none", NULL);
  wait_for_figure (fixture, ST_FIGURE_PATHS, title, "Choose an image");
  wait_for_vector (fixture, vector_does_not_say, "path of length");
  g_assert_false (is_enabled (fixture, "path-end"));
  st_selection_set_pinned (selection, 5, TRUE);
  choose (fixture, "path-end", NULL);
  wait_for_figure (fixture, ST_FIGURE_PATHS, title, "from image 5 to image 7");
  choose (fixture, "path-none", NULL);
  st_selection_set_pinned (selection, 5, FALSE);
  st_session_set_selected (fixture->session, -1);
  choose (fixture, "figure-paths", NULL);
}

/* Rows of their own, each by a key. */
static void
check_grid_and_pairs (Fixture *fixture)
{
  static const struct { StFigureKind kind; const char *name, *key, *first, *second; } rows[] = {
    { ST_FIGURE_TRAVERSAL, "figure-traversal", "<Alt>g", "decoded images over z1", "image 3 at z1" },
    { ST_FIGURE_DISTANCES, "figure-distances", "<Alt>d", "latent distances and geodesics: Pearson",
      "did not converge" },
  };
  const char *title = st_column_get_title (find_vector_column (fixture));
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (fixture->window));
  st_session_set_selected (fixture->session, 3);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *action = g_strconcat ("win.", rows[i].name, NULL);
      g_auto (GStrv) keys = gtk_application_get_accels_for_action (application, action);
      g_assert_true (g_strv_contains ((const char *const *) keys, rows[i].key));
      choose (fixture, rows[i].name, NULL);
      wait_for_figure (fixture, rows[i].kind, title, rows[i].first);
      wait_for_figure (fixture, rows[i].kind, title, rows[i].second);
      wait_for_figure (fixture, rows[i].kind, "CAE", "here the latent is a map");
      choose (fixture, rows[i].name, NULL);
    }
  st_session_set_selected (fixture->session, -1);
}

static gboolean
is_decoded (Fixture *fixture, gpointer data)
{
  const StFigureDecoded *decoded = st_decoding_get (st_session_get_decoding (fixture->session));
  return decoded != NULL && decoded->place[0] == *(const double *) data;
}

/* The newest place is decoded, and nothing where the pointer has gone, or shows no vectors. */
static void
check_decoding (Fixture *fixture)
{
  StDecoding *decoding = st_session_get_decoding (fixture->session);
  StFrame *frame = st_session_get_frame (fixture->session);
  double place[2] = { 0, 0.5 };
  guint column = 0;
  while (frame->query.ids[column] != st_column_get_id (find_vector_column (fixture)))
    column++;
  for (guint i = 0; i < 5; i++)
    {
      place[0] = 0.1 * i;
      st_decoding_point (decoding, frame, column, place);
    }
  fixture_wait (fixture, is_decoded, place);
  st_decoding_leave (decoding);
  g_assert_null (st_decoding_get (decoding));
  for (guint i = 0; i < frame->query.columns; i++)
    if (i != column)
      st_decoding_point (decoding, frame, i, place);
  g_assert_null (st_decoding_get (decoding));
}

static void
test_metric (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = save_vector_model ();
  st_session_open_model (fixture->session, path);
  wait_for_vector (fixture, vector_says, "mean cond(G)");
  wait_for_vector (fixture, vector_does_not_say, "map of");
  choose (fixture, "latent-map", "condition");
  wait_for_vector (fixture, vector_says, "map of cond(G)");
  choose (fixture, "latent-map", "condition-j");
  wait_for_vector (fixture, vector_says, "map of cond(J)");
  choose (fixture, "latent-map", "volume");
  wait_for_vector (fixture, vector_says, "map of √det G");

  /* It follows the level once the hand rests. */
  StPullbacks *pullbacks = st_session_get_pullbacks (fixture->session);
  st_session_set_level (fixture->session, 0.4);
  wait_for_vector (fixture, vector_says, "level 0.40");
  while (st_pullbacks_is_busy (pullbacks))
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GVariant) state = g_action_group_get_action_state (
    G_ACTION_GROUP (fixture->window), "latent-map");
  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, "volume");

  /* Every model has the figure; where it has no numbers it says why. */
  choose (fixture, "figure-isometry", NULL);
  StColumn *column = find_vector_column (fixture);
  g_autofree char *label = st_figure_label (ST_FIGURE_ISOMETRY, st_column_get_title (column));
  const guint timer = g_timeout_add (100, tick, NULL);
  const char *const pairs[][2] = { { label, "scaled distances (relaxed)" },
                                   { "Isometry, CAE", "here the latent is a map" } };
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fixture_wait (fixture, figure_says, (gpointer) pairs[i]);
  g_source_remove (timer);
  choose (fixture, "figure-isometry", NULL);

  check_grid_and_pairs (fixture);
  check_paths (fixture);
  check_decoding (fixture);

  choose (fixture, "latent-map", "none");
  choose (fixture, "latent-ellipses", NULL);
  wait_for_vector (fixture, vector_does_not_say, "cond(G)");
  g_assert_false (st_pullbacks_is_busy (pullbacks));
  choose (fixture, "latent-ellipses", NULL);
  wait_for_vector (fixture, vector_says, "mean cond(G)");
  st_session_remove_column (fixture->session, find_vector_column (fixture));
  remove_file (path);
}

int
main (int argc, char *argv[])
{
  if (!fixture_init (&argc, &argv))
    return 77;
  g_test_add ("/pictures/kernel-pca", Fixture, NULL, fixture_open, test_kernel_pca, fixture_close);
  g_test_add ("/pictures/button", Fixture, NULL, fixture_open, test_button, fixture_close);
  g_test_add ("/pictures/tsne", Fixture, NULL, fixture_open, test_tsne, fixture_close);
  g_test_add ("/pictures/stops", Fixture, NULL, fixture_open, test_stops, fixture_close);
  g_test_add ("/pictures/metric", Fixture, NULL, fixture_open, test_metric, fixture_close);
  return fixture_run ();
}
