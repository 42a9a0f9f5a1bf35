#include "st-options.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 30, OPTIONS_MAX = 64 };

gboolean
st_options_real (const char *text, double *number)
{
  char *end;
  /* strtod would also take spaces in front, "inf", "nan" and 0x10. */
  if (*text == '\0' || strspn (text, "+-.0123456789eE") != strlen (text))
    return FALSE;
  *number = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*number);
}

gboolean
st_options_whole (const char *text, guint64 *number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, number, NULL);
}

static char *
display_name (const StOption *option)
{
  return g_strconcat (option->name[1] == '\0' ? "-" : "--", option->name, NULL);
}

static void
print_help (const StCommand *command, const StOption *options, guint count)
{
  printf ("Usage: stratoscope-cli %s%s%s [OPTIONS]\n\n%s\n\n", command->name,
          *command->operands != '\0' ? " " : "", command->operands, command->about);
  for (guint i = 0; i < count; i++)
    {
      if (options[i].type == ST_OPTION_LATER)
        continue;
      g_autofree char *name = display_name (&options[i]);
      g_autofree char *left = g_strconcat (name, options[i].value != NULL ? " " : "",
                                           options[i].value, NULL);
      /* What is wider than its column still stands apart from its help. */
      printf ("  %-*s %s\n", HELP_COLUMN - 1, left, options[i].help);
    }
}

/* The range is known: whole numbers stay below 2^53 or have the largest range. */
static char *
range_problem (const char *name, const StOption *option, const char *text)
{
  const char *kind = option->type == ST_OPTION_WHOLE ? "a whole number" : "a number";
  if (option->most >= 0x1p53)
    return g_strdup_printf ("%s must be %s not below %.10g, not “%s”", name, kind, option->least,
                            text);
  return g_strdup_printf ("%s must be %s from %.10g to %.10g, not “%s”", name, kind, option->least,
                          option->most, text);
}

static char *
store (const char *name, const StOption *option, const char *text)
{
  guint64 whole;
  double real;

  switch (option->type)
    {
    case ST_OPTION_TEXT:
      if (*text == '\0')
        return g_strdup_printf ("%s needs a value that is not empty", name);
      *(const char **) option->place = text;
      return NULL;
    case ST_OPTION_TEXTS:
      g_ptr_array_add (*(GPtrArray **) option->place, (gpointer) text);
      return NULL;
    case ST_OPTION_WHOLE:
      if (!st_options_whole (text, &whole) || (double) whole < option->least
          || (double) whole > option->most)
        return range_problem (name, option, text);
      *(guint64 *) option->place = whole;
      return NULL;
    case ST_OPTION_REAL:
      if (!st_options_real (text, &real) || real < option->least || real > option->most)
        return range_problem (name, option, text);
      *(double *) option->place = real;
      return NULL;
    case ST_OPTION_LATER:
      return g_strdup_printf ("%s is not built yet", name);
    case ST_OPTION_FLAG:
    default:
      return g_strdup_printf ("%s takes no value", name);
    }
}

/* The option that an argument names; *value gets what stands behind '=', or NULL. */
static const StOption *
find_option (const StOption *options, guint count, const char *argument, const char **value)
{
  *value = NULL;
  gboolean is_long = g_str_has_prefix (argument, "--");
  const char *name = argument + (is_long ? 2 : 1);
  gsize length = is_long ? strcspn (name, "=") : 1;
  for (guint i = 0; i < count; i++)
    {
      if (strlen (options[i].name) != length || strncmp (options[i].name, name, length) != 0
          || (length == 1) == is_long)
        continue;
      if (name[length] != '\0')
        *value = name + length + is_long;   /* --name=value, -nvalue */
      return &options[i];
    }
  return NULL;
}

/* One option at argv[*at], which moves to the last argument it took. */
static char *
read_option (const StCommand *command, const StOption *options, guint count, int argc, char **argv,
             int *at, gboolean *seen)
{
  const char *value;
  const StOption *option = find_option (options, count, argv[*at], &value);
  if (option == NULL)
    return g_strdup_printf ("%s has no option %s; see stratoscope-cli %s --help", command->name,
                            argv[*at], command->name);

  g_autofree char *name = display_name (option);
  if (seen[option - options] && option->type != ST_OPTION_TEXTS)
    return g_strdup_printf ("%s is given twice", name);
  seen[option - options] = TRUE;
  if (option->type == ST_OPTION_FLAG && value == NULL)
    {
      *(gboolean *) option->place = TRUE;
      return NULL;
    }
  if (value == NULL && option->type != ST_OPTION_LATER)
    {
      if (*at + 1 >= argc)
        return g_strdup_printf ("%s needs a value", name);
      value = argv[++*at];
    }
  return store (name, option, value);
}

StParse
st_options_parse (const StCommand *command, const StOption *options, guint count, int argc,
                  char **argv, GPtrArray *operands, char **problem)
{
  gboolean seen[OPTIONS_MAX] = { FALSE }, only_operands = FALSE;

  g_assert (count <= OPTIONS_MAX);
  *problem = NULL;
  for (int i = 1; i < argc; i++)
    {
      if (only_operands || argv[i][0] != '-' || argv[i][1] == '\0')
        {
          g_ptr_array_add (operands, argv[i]);
          continue;
        }
      if (strcmp (argv[i], "--") == 0)
        {
          only_operands = TRUE;
          continue;
        }
      if (strcmp (argv[i], "--help") == 0 || strcmp (argv[i], "-h") == 0)
        {
          print_help (command, options, count);
          return ST_PARSE_HELP;
        }
      *problem = read_option (command, options, count, argc, argv, &i, seen);
      if (*problem != NULL)
        return ST_PARSE_WRONG;
    }
  return ST_PARSE_DONE;
}
