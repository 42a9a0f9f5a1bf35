/* Options from tables.  GOption would take arguments through the locale, needs UTF-8, and
 * speaks in several lines; here arguments are bytes, numbers are in the C locale, and an
 * error is one sentence. */
#pragma once

#include <glib.h>

typedef enum StOptionType {
  ST_OPTION_FLAG,    /* place: gboolean */
  ST_OPTION_TEXT,    /* place: const char *, borrowed from argv */
  ST_OPTION_TEXTS,   /* place: GPtrArray of such, may be given again and again */
  ST_OPTION_WHOLE,   /* place: guint64 in [least, most] */
  ST_OPTION_REAL,    /* place: double in [least, most] */
  ST_OPTION_LATER,   /* known, but not built yet; takes a value */
} StOptionType;

typedef struct StOption {
  const char *name;    /* "count"; a single letter is an option with one dash */
  StOptionType type;
  void *place;
  const char *value;   /* what stands for the value in the help: "N"; NULL for flags */
  const char *help;
  double least, most;
} StOption;

typedef struct StCommand {
  const char *name;
  const char *operands;  /* "FILE", or "" */
  const char *about;     /* one sentence */
  int (*run) (const struct StCommand *command, int argc, char **argv);
} StCommand;

typedef enum StParse { ST_PARSE_DONE, ST_PARSE_HELP, ST_PARSE_WRONG } StParse;

/* Reads argv[1] and on.  What is no option goes to operands (const char *, borrowed).  Help is
 * printed on stdout; what is wrong goes to *problem as a sentence, free with g_free(). */
StParse st_options_parse (const StCommand *command, const StOption *options, guint count, int argc,
                          char **argv, GPtrArray *operands, char **problem);

/* A whole text as a number in the C locale, finite. */
gboolean st_options_real (const char *text, double *number);
gboolean st_options_whole (const char *text, guint64 *number);
