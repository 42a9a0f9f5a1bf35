#include "st-cli.h"

#include "st-arguments.h"

#include <signal.h>
#include <st-words.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

StCancel st_cli_cancel;

/* A sentence may hold a file's name, and that a line break: errors are one line. */
static void
print_line (const char *text)
{
  g_autofree char *line = g_strdup (text);
  for (char *c = line; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  fprintf (stderr, "stratoscope-cli: %s\n", line);
}

int
st_cli_wrong (const char *sentence)
{
  print_line (sentence);
  return ST_EXIT_USAGE;
}

int
st_cli_take_wrong (char *sentence)
{
  print_line (sentence);
  g_free (sentence);
  return ST_EXIT_USAGE;
}

/* Takes the sentence. */
static int
fail (StStatus status, char *sentence)
{
  print_line (sentence);
  g_free (sentence);
  return status.code == ST_NOT_BUILT ? ST_EXIT_USAGE : ST_EXIT_FAILED;
}

int
st_cli_fail (StStatus status, const char *file)
{
  return fail (status, st_words_status (status, file, NULL));
}

int
st_cli_fail_open (StStatus status, const char *file, const char *tensor)
{
  return fail (status, st_words_could_not_open (status, file, tensor));
}

int
st_cli_fail_save (StStatus status, const char *file)
{
  return fail (status, st_words_could_not_save (status, file));
}

void
st_cli_note (const StCommon *common, const char *format, ...)
{
  va_list arguments;
  if (common->quiet)
    return;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print_line (text);
}

void
st_cli_warn_of_tolerance (const StCommon *common, double tolerance)
{
  if (tolerance < 1e-10)
    st_cli_note (common, "below a tolerance of 1e-10 the rounding of 32-bit activations is "
                 "counted, not geometry");
}

void
st_cli_progress (const StCommon *common, const char *text)
{
  if (!common->quiet && isatty (STDERR_FILENO))
    fprintf (stderr, "\r\033[K%s", text != NULL ? text : "");
}

gboolean
st_cli_parse (const StCommand *command, const StOption *options, guint count, int argc, char **argv,
              guint least, guint most, GPtrArray *operands, int *exit)
{
  char *problem;
  StParse parse = st_options_parse (command, options, count, argc, argv, operands, &problem);

  if (parse == ST_PARSE_HELP)
    *exit = st_cli_finish_output ();
  else if (parse == ST_PARSE_WRONG)
    *exit = st_cli_take_wrong (problem);
  else if (operands->len < least)
    *exit = st_cli_take_wrong (g_strdup_printf ("%s needs %s", command->name, command->operands));
  else if (operands->len > most)
    *exit = st_cli_take_wrong (g_strdup_printf ("%s has no use for “%s”", command->name,
                                                (char *) operands->pdata[most]));
  else
    return TRUE;
  return FALSE;
}

static char *
read_split (const StSelection *selection, StSplit usual, StSplit *split)
{
  *split = usual;
  if (selection->split == NULL)
    return NULL;
  if (strcmp (selection->split, "train") != 0 && strcmp (selection->split, "test") != 0)
    return g_strdup_printf ("--split is “train” or “test”, not “%s”", selection->split);
  if (!st_dataset_has_splits (selection->dataset))
    return g_strdup_printf ("%s has no parts, so --split has no meaning", selection->dataset);
  *split = strcmp (selection->split, "train") == 0 ? ST_SPLIT_TRAIN : ST_SPLIT_TEST;
  return NULL;
}

/* A sentence about a class that is wanted and not there, or NULL. */
static char *
missing_class (const StDataset *dataset, const StClasses *wanted)
{
  const guint classes = st_dataset_classes (dataset);
  const int missing = st_classes_missing (wanted, dataset);
  if (missing < 0)
    return NULL;
  return g_strdup_printf (classes > 0 ? "the dataset has no class %d, only 0 to %u"
                                      : "the dataset has no class %d: it has no labels",
                          missing, classes - 1);
}

/* The first `count` images from `start` on whose class is wanted, and the next ones. */
static void
choose_images (const StSelection *selection, const StClasses *wanted, StChosen *chosen)
{
  chosen->indices = g_new (guint32, st_dataset_count (chosen->dataset));
  const guint32 found = st_classes_choose (wanted, chosen->dataset, selection->start,
                                           2 * selection->count, chosen->indices);
  chosen->count = (guint32) MIN (found, selection->count);
  if (found == 2 * selection->count)
    chosen->others = chosen->indices + chosen->count;
}

int
st_cli_choose (const StCommon *common, const StSelection *selection, StSplit usual,
               StChosen *chosen)
{
  StClasses wanted = { 0 };
  StSplit split;
  g_autofree char *path = NULL;

  memset (chosen, 0, sizeof *chosen);
  if (selection->dataset == NULL)
    return st_cli_wrong ("--dataset is missing");
  char *problem = read_split (selection, usual, &split);
  if (problem == NULL && selection->classes != NULL)
    problem = st_argument_classes (selection->classes, &wanted);
  if (problem != NULL)
    return st_cli_take_wrong (problem);

  StStatus status = st_dataset_load (selection->dataset, split, &chosen->dataset, &path);
  if (!st_ok (status))
    return st_cli_fail_open (status, path, NULL);
  problem = missing_class (chosen->dataset, &wanted);
  if (problem != NULL)
    {
      st_chosen_clear (chosen);
      return st_cli_take_wrong (problem);
    }
  choose_images (selection, &wanted, chosen);
  if (chosen->count == 0)
    {
      st_chosen_clear (chosen);
      g_autofree char *text = g_strdup_printf ("%s has no image of the chosen classes from %"
                                               G_GUINT64_FORMAT " on", path, selection->start);
      print_line (text);
      return ST_EXIT_FAILED;
    }
  if (chosen->count < selection->count)
    st_cli_note (common, "%s has %u such images, not %" G_GUINT64_FORMAT ": all of them are used",
                 path, chosen->count, selection->count);
  return ST_EXIT_DONE;
}

void
st_chosen_clear (StChosen *chosen)
{
  st_dataset_unref (chosen->dataset);
  g_free (chosen->indices);
  memset (chosen, 0, sizeof *chosen);
}

int
st_cli_open_model (const char *path, StModelFile *file)
{
  g_autofree char *tensor = NULL;
  StStatus status = st_model_load (path, file, &tensor);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail_open (status, path, tensor);
}

int
st_cli_open_pool (const StCommon *common, StPool **pool)
{
  StStatus status = st_pool_new ((guint32) common->threads, pool);
  return st_ok (status) ? ST_EXIT_DONE : st_cli_fail (status, NULL);
}

json_t *
st_json_number (double number)
{
  json_t *real = json_real (number);   /* NULL for NaN and infinities */
  return real != NULL ? real : json_null ();
}

json_t *
st_json_numbers (const double *numbers, guint n)
{
  json_t *array = json_array ();
  for (guint i = 0; i < n; i++)
    json_array_append_new (array, st_json_number (numbers[i]));
  return array;
}

int
st_cli_finish_output (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return ST_EXIT_DONE;
  return st_cli_fail (st_failure (ST_FILE_FULL, 0, 0), "standard output");
}

int
st_cli_print_json (json_t *document)
{
  char *text = json_dumps (document, JSON_COMPACT | JSON_REAL_PRECISION (17));
  json_decref (document);
  if (text == NULL)
    return st_cli_fail (st_failure (ST_NO_MEMORY, 0, 0), NULL);
  puts (text);
  free (text);
  return st_cli_finish_output ();
}

static void
on_signal (int signal_number)
{
  st_cancel_ask (&st_cli_cancel);
}

void
st_cli_catch_signals (void)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int) SA_RESETHAND };
  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, NULL);
  /* A file that outgrows its limit is an error to report, not an end. */
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
}
