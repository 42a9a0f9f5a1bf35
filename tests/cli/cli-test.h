/* Runs the program as a person would, and looks at what it says. */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

typedef struct Fixture { char *folder; char *model; } Fixture;

typedef struct Run {
  int exit;
  char *out, *err;
} Run;

static inline void
run_clear (Run *run)
{
  g_free (run->out);
  g_free (run->err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* The line is split at spaces; its last words may be given apart, as paths with spaces. */
static inline GPtrArray *
command_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (arguments, g_strdup (g_getenv ("ST_CLI")));
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_ptr_array_add (arguments, g_strdup (*word));
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static inline Run
run_with (GSubprocessLauncher *launcher, const char *line)
{
  Run run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) arguments = command_line (line);
  g_test_message ("%s", line);
  g_autoptr (GSubprocess) process
    = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &run.out, &run.err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  run.exit = g_subprocess_get_exit_status (process);
  return run;
}

/* format is a command line. */
G_GNUC_PRINTF (1, 2) static inline Run
run_cli (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  return run_with (launcher, line);
}

static inline void
assert_exit (const Run *run, int expected)
{
  if (run->exit != expected)
    g_test_message ("stdout: %s\nstderr: %s", run->out, run->err);
  g_assert_cmpint (run->exit, ==, expected);
}

/* Failed with one line on stderr that holds these words, and nothing on stdout. */
static inline void
assert_fails (const Run *run, int expected, const char *words)
{
  assert_exit (run, expected);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_true (g_str_has_prefix (run->err, "stratoscope-cli: "));
  g_assert_true (g_str_has_suffix (run->err, "\n"));
  if (strstr (run->err, words) == NULL)
    g_test_message ("stderr: %s", run->err);
  g_assert_nonnull (strstr (run->err, words));
  g_assert_true (strchr (run->err, '\n') == run->err + strlen (run->err) - 1);
}

static inline json_t *
parse_json (const char *text)
{
  json_error_t error;
  json_t *document = json_loads (text, JSON_REJECT_DUPLICATES, &error);
  g_assert_nonnull (document);
  return document;
}

/* Exactly these keys: "a b c". */
static inline void
assert_keys (json_t *object, const char *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, " ", -1);
  g_assert_true (json_is_object (object));
  for (char **name = names; *name != NULL; name++)
    {
      if (json_object_get (object, *name) == NULL)
        g_test_message ("no %s", *name);
      g_assert_nonnull (json_object_get (object, *name));
    }
  g_assert_cmpuint (json_object_size (object), ==, g_strv_length (names));
}

static inline double
number_at (json_t *array, gsize i)
{
  g_assert_true (json_is_number (json_array_get (array, i)));
  return json_number_value (json_array_get (array, i));
}

static inline char *
in_folder (const Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

/* A folder with a small model in it. */
static inline void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("stratoscope-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->model = in_folder (fixture, "m.safetensors");
  g_auto (Run) run = run_cli ("train --kind vae --dataset builtin --count 128 --epochs 1 "
                              "--channels 8 --quiet -o %s", fixture->model);
  assert_exit (&run, 0);
}

static inline void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  const char *name;
  GDir *dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = in_folder (fixture, name);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_dir_close (dir);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->model);
}

#define add_cli_test(name, function) \
  g_test_add (name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
