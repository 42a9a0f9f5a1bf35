#include "io-test.h"

#include <st-alloc.h>
#include <st-file.h>
#include <st-model-io.h>

#include <math.h>

static StStatus
parse (GBytes *bytes, StModelFile *file, char **tensor)
{
  *tensor = NULL;
  return st_model_parse (bytes, file, tensor);
}

static GBytes *
corpus_model (const char *name)
{
  g_autofree char *path = g_strconcat ("fuzz-safetensors/", name, NULL);
  return corpus_bytes (path);
}

/* A safetensors file from header text and data. */
static GBytes *
assemble (const char *header, gconstpointer data, gsize size)
{
  guint64 length = strlen (header);
  GByteArray *array = g_byte_array_new ();
  g_byte_array_append (array, (const guint8 *) &length, 8);
  g_byte_array_append (array, (const guint8 *) header, (guint) length);
  g_byte_array_append (array, data, (guint) size);
  return g_byte_array_free_to_bytes (array);
}

static const char *
header_of (GBytes *bytes, gsize *length)
{
  const char *data = g_bytes_get_data (bytes, NULL);
  guint64 stored;
  memcpy (&stored, data, 8);
  *length = (gsize) stored;
  return data + 8;
}

/* The same file with the first `from` in its header replaced. */
static GBytes *
edited (GBytes *bytes, const char *from, const char *to)
{
  gsize length;
  const char *text = header_of (bytes, &length);
  g_autofree char *header = g_strndup (text, length);
  char *at = strstr (header, from);
  g_assert_nonnull (at);
  *at = '\0';
  g_autofree char *result = g_strconcat (header, to, at + strlen (from), NULL);
  return assemble (result, text + length, g_bytes_get_size (bytes) - 8 - length);
}

static void
assert_edit_fails (GBytes *bytes, const char *from, const char *to, StCode code,
                   const char *expected_tensor)
{
  StModelFile file;
  g_autofree char *tensor = NULL;
  g_autoptr (GBytes) changed = edited (bytes, from, to);
  g_test_message ("%s -> %s", from, to);
  assert_code (parse (changed, &file, &tensor), code);
  g_assert_cmpstr (tensor, ==, expected_tensor);
  g_assert_null (file.model);
  g_assert_null (file.metadata);
}

/* tests/reference/io_files.py, number() */
static float
written (guint tensor, gsize i)
{
  return (float) ((int) ((7 * i + tensor) % 31) - 15) / 8.0f;
}

static void
assert_weights (const StModelFile *file)
{
  StTensor tensors[ST_TENSORS_MAX];
  guint count = st_spec_tensors (st_model_spec (file->model), tensors);
  const float *parameters = st_model_parameters (file->model);
  for (guint t = 0; t < count; t++)
    for (gsize i = 0; i < tensors[t].length; i++)
      g_assert_cmpfloat (parameters[tensors[t].offset + i], ==, written (t, i));
}

/* Every number type, data in another order, nothing in the metadata but the kind. */
static void
foreign_files (void)
{
  static const struct { const char *name; StEncoder encoder; } files[] = {
    { "cae-foreign.safetensors", ST_ENCODER_S2 }, { "cae-k4-foreign.safetensors", ST_ENCODER_K4 } };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      StModelFile file;
      g_autofree char *tensor = NULL;
      g_autoptr (GBytes) bytes = corpus_model (files[i].name);
      assert_code (parse (bytes, &file, &tensor), ST_OK);
      const StSpec *spec = st_model_spec (file.model);
      g_assert_cmpint (spec->kind, ==, ST_KIND_CAE);
      g_assert_cmpint (spec->encoder, ==, files[i].encoder);
      g_assert_cmpuint (spec->channels, ==, 2);
      assert_weights (&file);
      st_model_file_clear (&file);
    }
}

static void
metadata_survive (void)
{
  StModelFile file, again;
  g_autofree char *tensor = NULL, *tensor2 = NULL;
  g_autoptr (GBytes) bytes = corpus_model ("vae.safetensors"), ours = NULL, twice = NULL;
  assert_code (parse (bytes, &file, &tensor), ST_OK);
  g_assert_cmpstr (g_hash_table_lookup (file.metadata, "painter"), ==, "Élisabeth");
  assert_weights (&file);

  assert_code (st_model_format (&file, &ours), ST_OK);
  assert_code (parse (ours, &again, &tensor2), ST_OK);
  g_assert_cmpuint (g_hash_table_size (again.metadata), ==, 8);
  g_assert_cmpstr (g_hash_table_lookup (again.metadata, "painter"), ==, "Élisabeth");
  g_assert_cmpstr (g_hash_table_lookup (again.metadata, "seed"), ==, "7");
  g_assert_cmpstr (g_hash_table_lookup (again.metadata, "version"), ==, "1");
  assert_weights (&again);
  assert_code (st_model_format (&again, &twice), ST_OK);
  g_assert_true (g_bytes_equal (ours, twice));
  st_model_file_clear (&file);
  st_model_file_clear (&again);
}

/* A spec with every field that its kind has other than by default. */
static StSpec
unusual_spec (StKind kind, StEncoder encoder)
{
  StSpec spec = st_spec_default (kind, encoder);
  spec.channels = 3;
  spec.dimension = 5;
  spec.image = (StShape) { 16, 28, kind % 2 == 0 ? 1 : 3 };
  spec.activation = ST_ACTIVATION_TANH;
  spec.hidden[0] = 20;
  spec.hidden[1] = 30;
  spec.hidden[2] = 7;
  return spec;
}

static StModel *
make_model (const StSpec *spec)
{
  g_autofree float *parameters = g_new (float, st_spec_parameters (spec));
  StModel *model;
  st_model_initialise (spec, 5, parameters);
  assert_code (st_model_new (spec, parameters, &model), ST_OK);
  return model;
}

static void
assert_same_model (const StModel *a, const StModel *b)
{
  gsize size = st_spec_parameters (st_model_spec (a)) * sizeof (float);
  g_assert_true (st_spec_equal (st_model_spec (a), st_model_spec (b)));
  g_assert_cmpmem (st_model_parameters (a), size, st_model_parameters (b), size);
}

/* Each spec that exists, saved and loaded, to the bit. */
static void
round_trip (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "m.safetensors", NULL);
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    for (StEncoder encoder = 0; encoder < ST_ENCODERS; encoder++)
      {
        StSpec spec = unusual_spec (kind, encoder);
        StModelFile file = { .model = make_model (&spec) }, again;
        g_autofree char *tensor = NULL;
        assert_code (st_model_save (path, &file), ST_OK);
        assert_code (st_model_load (path, &again, &tensor), ST_OK);
        assert_same_model (file.model, again.model);
        g_assert_null (again.state);
        g_assert_cmpint (g_hash_table_contains (again.metadata, "encoder"), ==,
                         st_kind_unfolds (kind));
        g_assert_cmpint (g_hash_table_contains (again.metadata, "activation"), ==,
                         !st_kind_unfolds (kind));
        st_model_file_clear (&file);
        st_model_file_clear (&again);
      }
}

/* Of what the tensors show nothing need be said, and two encoders are told apart by them. */
static void
sizes_from_tensors (void)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    for (StEncoder encoder = 0; encoder < ST_ENCODERS; encoder++)
      {
        StSpec spec = unusual_spec (kind, encoder);
        g_autoptr (GBytes) bytes = NULL;
        g_autofree char *tensor = NULL;
        StModelFile again;
        spec.image = (StShape) { 28, 28, 1 };
        spec.activation = ST_ACTIVATION_RELU;
        StModelFile file = { .model = make_model (&spec) };
        assert_code (st_model_format (&file, &bytes), ST_OK);
        g_autofree char *name = g_strdup_printf ("\"encoder\":\"%s\",", st_encoder_name (encoder));
        g_autoptr (GBytes) nameless = st_kind_unfolds (kind) ? edited (bytes, name, "")
                                        : edited (bytes, "\"activation\":\"relu\",", "");
        g_autoptr (GBytes) bare = st_kind_unfolds (kind)
                                    ? edited (nameless, "\"channels\":\"3\",", "")
                                    : g_bytes_ref (nameless);
        assert_code (parse (bare, &again, &tensor), ST_OK);
        assert_same_model (file.model, again.model);
        st_model_file_clear (&file);
        st_model_file_clear (&again);
      }
}

static StTrainState *
make_state (const StSpec *spec)
{
  StTrainState *state = g_new (StTrainState, 1);
  gsize count = st_spec_parameters (spec);
  assert_code (st_train_state_init (state, count), ST_OK);
  for (gsize i = 0; i < count; i++)
    {
      state->first[i] = (float) i / 3.0f - 7.0f;
      state->second[i] = (float) i / 7.0f;
    }
  state->step = G_GUINT64_CONSTANT (5000000000);
  state->epoch = 3;
  state->batch = 21;
  state->reconstruction = 1234.0 / 7.0;
  state->kl = 1e-17;
  state->penalty = -0.1;
  state->isometry = st_kind_has_isometry (spec->kind) ? 1.0 / 3.0 : 0.0;
  return state;
}

static void
assert_same_state (const StTrainState *a, const StTrainState *b)
{
  gsize size = a->count * sizeof (float);
  g_assert_cmpuint (a->count, ==, b->count);
  g_assert_cmpmem (a->first, size, b->first, size);
  g_assert_cmpmem (a->second, size, b->second, size);
  g_assert_cmpuint (a->step, ==, b->step);
  g_assert_cmpuint (a->epoch, ==, b->epoch);
  g_assert_cmpuint (a->batch, ==, b->batch);
  g_assert_cmpfloat (a->reconstruction, ==, b->reconstruction);
  g_assert_cmpfloat (a->kl, ==, b->kl);
  g_assert_cmpfloat (a->penalty, ==, b->penalty);
  g_assert_cmpfloat (a->isometry, ==, b->isometry);
}

/* With the optimizer's state, which goes when there is none. */
static void
states (void)
{
  for (StKind kind = 0; kind < ST_KINDS; kind++)
    {
      StSpec spec = unusual_spec (kind, ST_ENCODER_S2);
      StModelFile file = { .model = make_model (&spec), .state = make_state (&spec) };
      StModelFile again, bare;
      g_autoptr (GBytes) bytes = NULL, without = NULL;
      g_autofree char *tensor = NULL, *tensor2 = NULL;
      assert_code (st_model_format (&file, &bytes), ST_OK);
      assert_code (parse (bytes, &again, &tensor), ST_OK);
      assert_same_model (file.model, again.model);
      assert_same_state (file.state, again.state);

      st_model_file_clear (&file);
      file = again;
      StTrainState *state = g_steal_pointer (&file.state);
      assert_code (st_model_format (&file, &without), ST_OK);
      file.state = state;
      assert_code (parse (without, &bare, &tensor2), ST_OK);
      g_assert_null (bare.state);
      g_assert_false (g_hash_table_contains (bare.metadata, "optimizer_step"));
      st_model_file_clear (&file);
      st_model_file_clear (&bare);
    }
}

static void
damaged_isometry (void)
{
  StSpec spec = unusual_spec (ST_KIND_IRAE, ST_ENCODER_S2);
  StModelFile file = { .model = make_model (&spec), .state = make_state (&spec) };
  g_autoptr (GBytes) bytes = NULL;
  assert_code (st_model_format (&file, &bytes), ST_OK);
  assert_edit_fails (bytes, "\"optimizer_isometry\":\"", "\"optimizer_isometry\":\"z",
                     ST_FILE_HEADER, NULL);
  st_model_file_clear (&file);
}

static void
damaged_states (void)
{
  StSpec spec = unusual_spec (ST_KIND_CAE, ST_ENCODER_S2), other = unusual_spec (ST_KIND_VAE,
                                                                                ST_ENCODER_S2);
  StModelFile file = { .model = make_model (&spec), .state = make_state (&spec) };
  g_autoptr (GBytes) bytes = NULL, none = NULL;
  assert_code (st_model_format (&file, &bytes), ST_OK);
  assert_edit_fails (bytes, "optimizer.first.decoder.0.bias", "optimizer.first.decoder.9.bias",
                     ST_MODEL_MISSING, "optimizer.first.decoder.0.bias");
  assert_edit_fails (bytes, "\"adam\"", "\"sgd\"", ST_FILE_HEADER, NULL);
  assert_edit_fails (bytes, "\"optimizer_batch\":\"21\"", "\"optimizer_batch\":\"-1\"",
                     ST_FILE_HEADER, NULL);
  assert_edit_fails (bytes, "\"optimizer_sums\":\"", "\"optimizer_sums\":\"nan ",
                     ST_FILE_HEADER, NULL);
  assert_edit_fails (bytes, "\"optimizer_step\"", "\"optimizer_stop\"", ST_FILE_HEADER, NULL);
  file.state->second[3] = -1.0f;
  g_autoptr (GBytes) negative = NULL;
  StModelFile again;
  g_autofree char *tensor = NULL;
  assert_code (st_model_format (&file, &negative), ST_OK);
  assert_code (parse (negative, &again, &tensor), ST_NON_FINITE);
  g_assert_cmpstr (tensor, ==, "optimizer.second.encoder.0.weight");

  st_train_state_clear (file.state);
  g_free (file.state);
  file.state = make_state (&other);
  assert_code (st_model_format (&file, &none), ST_SHAPE);
  st_model_file_clear (&file);
}

static void
tensors_begin_aligned (void)
{
  StModelFile file;
  g_autofree char *tensor = NULL;
  g_autoptr (GBytes) bytes = corpus_model ("vae.safetensors"), ours = NULL;
  gsize length;
  assert_code (parse (bytes, &file, &tensor), ST_OK);
  for (guint i = 0; i < 8; i++)
    {
      g_hash_table_insert (file.metadata, g_strdup ("x"), g_strnfill (i, 'x'));
      assert_code (st_model_format (&file, &ours), ST_OK);
      header_of (ours, &length);
      g_assert_cmpuint (length % 8, ==, 0);
      g_clear_pointer (&ours, g_bytes_unref);
    }
  st_model_file_clear (&file);
}

static void
wrong_metadata (void)
{
  g_autoptr (GBytes) vae = corpus_model ("vae.safetensors");
  assert_edit_fails (vae, "\"kind\": \"vae\", ", "", ST_MODEL_KIND, NULL);
  assert_edit_fails (vae, "\"kind\": \"vae\"", "\"kind\": \"gan\"", ST_MODEL_KIND, NULL);
  assert_edit_fails (vae, "\"s2\"", "\"s9\"", ST_MODEL_ENCODER, NULL);
  assert_edit_fails (vae, "\"version\": \"1\"", "\"version\": \"2\"", ST_FILE_VERSION, NULL);
  assert_edit_fails (vae, "\"version\": \"1\"", "\"version\": \"-1\"", ST_FILE_HEADER, NULL);
  assert_edit_fails (vae, "\"version\": \"1\"", "\"version\": 1", ST_FILE_HEADER, NULL);
  assert_edit_fails (vae, "\"channels\": \"2\"", "\"channels\": \"two\"", ST_FILE_HEADER, NULL);
  assert_edit_fails (vae, "\"channels\": \"2\"", "\"channels\": \"0\"", ST_RANGE, NULL);
  assert_edit_fails (vae, "\"seed\": \"7\"", "\"image\": \"30x28x1\"", ST_SHAPE, NULL);
  assert_edit_fails (vae, "\"seed\": \"7\"", "\"image\": \"30x28\"", ST_FILE_HEADER, NULL);
}

static void
tensors_that_do_not_fit (void)
{
  g_autoptr (GBytes) vae = corpus_model ("vae.safetensors");
  assert_edit_fails (vae, "\"channels\": \"2\"", "\"channels\": \"3\"", ST_MODEL_SHAPE,
                     "mean.weight");
  assert_edit_fails (vae, "\"kind\": \"vae\"", "\"kind\": \"cae\"", ST_MODEL_MISSING,
                     "encoder.1.weight");
  assert_edit_fails (vae, "\"s2\"", "\"k4\"", ST_MODEL_SHAPE, "encoder.0.weight");
  assert_edit_fails (vae, "\"mean.bias\"", "\"mean.bios\"", ST_MODEL_MISSING, "mean.bias");
  assert_edit_fails (vae, "[16, 1, 3, 3]", "[16, 1, 3]", ST_FILE_LAYOUT, "encoder.0.weight");
  assert_edit_fails (vae, "[16, 1, 3, 3]", "[16, 3, 3, 1]", ST_MODEL_SHAPE, "encoder.0.weight");
}

static void
damaged_headers (void)
{
  g_autoptr (GBytes) vae = corpus_model ("vae.safetensors");
#define ENTRY(shape, offsets) \
  "{\"dtype\": \"F32\", \"shape\": " shape ", \"data_offsets\": " offsets "}"
  const char first[] = ENTRY ("[16, 1, 3, 3]", "[0, 576]");
  static const struct { const char *to; StCode code; } edits[] = {
    { "{\"dtype\": \"I32\", \"shape\": [144], \"data_offsets\": [0, 576]}", ST_FILE_TYPE },
    { "{\"dtype\": 32, \"shape\": [144], \"data_offsets\": [0, 576]}", ST_FILE_HEADER },
    { "{\"dtype\": \"F32\", \"dtype\": \"F32\", \"shape\": [144]}", ST_FILE_HEADER },
    { "{\"dtype\": \"F32\", \"shape\": [144]}", ST_FILE_HEADER },
    { ENTRY ("[16, 1, 3, 3]", "[0, 576], \"x\": 1"), ST_FILE_HEADER },
    { ENTRY ("[-16, 1, 3, -3]", "[0, 576]"), ST_FILE_HEADER },
    { ENTRY ("[144.0]", "[0, 576]"), ST_FILE_HEADER },
    { ENTRY ("[4611686018427387904, 4, 4]", "[0, 576]"), ST_FILE_HEADER },
    { ENTRY ("[4611686018427387904]", "[0, 0]"), ST_FILE_LAYOUT },
    { ENTRY ("[16, 1, 3, 3]", "[0, 572]"), ST_FILE_LAYOUT },
    { ENTRY ("[16, 1, 3, 3]", "[576, 0]"), ST_FILE_LAYOUT },
    { ENTRY ("[16, 1, 3, 3]", "[4, 580]"), ST_FILE_LAYOUT },
    { ENTRY ("[16, 1, 3, 3]", "[-4, 572]"), ST_FILE_HEADER },
    { "[]", ST_FILE_HEADER },
    { "{", ST_FILE_HEADER },
  };
#undef ENTRY
  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      StModelFile file;
      g_autofree char *tensor = NULL;
      g_autoptr (GBytes) bytes = edited (vae, first, edits[i].to);
      g_test_message ("%s", edits[i].to);
      assert_code (parse (bytes, &file, &tensor), edits[i].code);
    }
}

static void
damaged_files (void)
{
  g_autoptr (GBytes) whole = corpus_model ("vae.safetensors");
  gsize size = g_bytes_get_size (whole), length;
  g_autofree char *tensor = NULL;
  StModelFile file;

  header_of (whole, &length);
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autoptr (GBytes) part = resized (whole, cut);
      StStatus status = parse (part, &file, &tensor);
      assert_code (status, cut == 0 ? ST_FILE_EMPTY : ST_FILE_TRUNCATED);
      if (cut >= 10)
        g_assert_cmpint (status.b, ==, (gint64) (cut < 8 + length ? 8 + length : size));
    }
  g_autoptr (GBytes) longer = resized (whole, size + 1);
  assert_code (parse (longer, &file, &tensor), ST_FILE_OVERSIZED);
  g_autoptr (GBytes) magic = patched (whole, 8, "[", 1);
  assert_code (parse (magic, &file, &tensor), ST_FILE_MAGIC);
  g_autoptr (GBytes) huge = patched (whole, 0, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  assert_code (parse (huge, &file, &tensor), ST_FILE_TOO_LARGE);
  g_autoptr (GBytes) endless = assemble ("{\"a\":", "", 0);
  assert_code (parse (endless, &file, &tensor), ST_FILE_HEADER);
  g_autoptr (GBytes) nothing = assemble ("{}", "", 0);
  assert_code (parse (nothing, &file, &tensor), ST_MODEL_KIND);
}

static void
deep_nesting (void)
{
  g_autoptr (GString) header = g_string_new ("{\"a\":");
  StModelFile file;
  g_autofree char *tensor = NULL;
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (header, '[');
  g_autoptr (GBytes) bytes = assemble (header->str, "", 0);
  assert_code (parse (bytes, &file, &tensor), ST_FILE_HEADER);
}

static void
weights_that_are_not_finite (void)
{
  g_autoptr (GBytes) whole = corpus_model ("vae.safetensors");
  gsize length;
  float bad = INFINITY;
  StModelFile file;
  g_autofree char *tensor = NULL;
  header_of (whole, &length);
  g_autoptr (GBytes) bytes = patched (whole, 8 + length + 576 + 4 * 3, &bad, sizeof bad);
  StStatus status = parse (bytes, &file, &tensor);
  assert_code (status, ST_NON_FINITE);
  g_assert_cmpint (status.b, ==, 3);
  g_assert_cmpstr (tensor, ==, "encoder.0.bias");
}

static void
no_model_is_lost (Folder *folder, gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder->path, "m.safetensors", NULL), *tensor = NULL;
  g_autoptr (GBytes) bytes = corpus_model ("vae.safetensors"), found = NULL;
  StModelFile file;
  assert_code (parse (bytes, &file, &tensor), ST_OK);
  assert_code (st_file_save (path, bytes), ST_OK);
  g_hash_table_insert (file.metadata, g_strdup ("bad"), g_strdup ("\xff\xfe"));
  assert_code (st_model_save (path, &file), ST_FILE_HEADER);
  assert_code (st_file_read (path, 1 << 20, &found), ST_OK);
  g_assert_true (g_bytes_equal (bytes, found));
  st_model_file_clear (&file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-io/foreign-files", foreign_files);
  g_test_add_func ("/model-io/metadata-survive", metadata_survive);
  add_folder_test ("/model-io/round-trip", round_trip);
  g_test_add_func ("/model-io/sizes-from-tensors", sizes_from_tensors);
  g_test_add_func ("/model-io/states", states);
  g_test_add_func ("/model-io/damaged-states", damaged_states);
  g_test_add_func ("/model-io/damaged-isometry", damaged_isometry);
  g_test_add_func ("/model-io/tensors-begin-aligned", tensors_begin_aligned);
  g_test_add_func ("/model-io/wrong-metadata", wrong_metadata);
  g_test_add_func ("/model-io/tensors-that-do-not-fit", tensors_that_do_not_fit);
  g_test_add_func ("/model-io/damaged-headers", damaged_headers);
  g_test_add_func ("/model-io/damaged-files", damaged_files);
  g_test_add_func ("/model-io/deep-nesting", deep_nesting);
  g_test_add_func ("/model-io/weights-that-are-not-finite", weights_that_are_not_finite);
  add_folder_test ("/model-io/no-model-is-lost", no_model_is_lost);
  return g_test_run ();
}
