/* What the commands share: how they fail, what they open, how they print. */
#pragma once

#include "st-options.h"

#include <jansson.h>
#include <st-cancel.h>
#include <st-dataset-io.h>
#include <st-model-io.h>
#include <st-pool.h>

enum { ST_EXIT_DONE = 0, ST_EXIT_FAILED = 1, ST_EXIT_USAGE = 2 };

/* Options that every command has. */
typedef struct StCommon {
  guint64 threads, seed;
  gboolean quiet, json;
} StCommon;

#define ST_COMMON_OPTIONS(common) \
  { "threads", ST_OPTION_WHOLE, &(common)->threads, "N", \
    "threads to use; 0, the default, is one for each processor", 0, 64 }, \
  { "seed", ST_OPTION_WHOLE, &(common)->seed, "N", \
    "where random numbers begin (0)", 0, 0x1p64 }, \
  { "quiet", ST_OPTION_FLAG, &(common)->quiet, NULL, "say nothing that is not asked for", 0, 0 }, \
  { "json", ST_OPTION_FLAG, &(common)->json, NULL, "print JSON on the standard output", 0, 0 }

/* A dataset and which of its images. */
typedef struct StSelection {
  const char *dataset, *split, *classes;
  guint64 count, start;
} StSelection;

#define ST_SELECTION_OPTIONS(selection) \
  { "dataset", ST_OPTION_TEXT, &(selection)->dataset, "D", \
    "fashion-mnist, builtin, or a file in IDX, IDX.gz or NPY", 0, 0 }, \
  { "split", ST_OPTION_TEXT, &(selection)->split, "train|test", \
    "which part of a dataset that has two", 0, 0 }, \
  { "count", ST_OPTION_WHOLE, &(selection)->count, "N", \
    "how many images (200)", 1, 0x1p31 }, \
  { "start", ST_OPTION_WHOLE, &(selection)->start, "I", \
    "the first image, from 0 (0)", 0, 0x1p31 }

#define ST_SELECTION_INIT { .count = 200 }

/* The chosen images of an opened dataset, and as many such images behind them, or NULL where
 * there are fewer. */
typedef struct StChosen {
  StDataset *dataset;
  guint32 *indices, *others, count;
} StChosen;

/* One line on stderr each; they return the exit status that fits. */
int st_cli_wrong (const char *sentence);                       /* ST_EXIT_USAGE */
int st_cli_take_wrong (char *sentence);                        /* the same; frees it */
int st_cli_fail (StStatus status, const char *file);           /* FILE: REASON */
int st_cli_fail_open (StStatus status, const char *file, const char *tensor);
int st_cli_fail_save (StStatus status, const char *file);
/* A remark on stderr, unless quiet. */
void st_cli_note (const StCommon *common, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Of ranks: says what a tolerance counts that is too small for activations of 32 bits. */
void st_cli_warn_of_tolerance (const StCommon *common, double tolerance);
/* Progress, overwritten by the next: only where stderr is a terminal.  NULL wipes it out. */
void st_cli_progress (const StCommon *common, const char *text);

/* Parses a command's options; operands: how many it takes.  FALSE: *exit is the status. */
gboolean st_cli_parse (const StCommand *command, const StOption *options, guint count, int argc,
                       char **argv, guint least, guint most, GPtrArray *operands, int *exit);

/* ST_EXIT_DONE, or the status after it has said why not. */
int st_cli_choose (const StCommon *common, const StSelection *selection, StSplit usual,
                   StChosen *chosen);
void st_chosen_clear (StChosen *chosen);
int st_cli_open_model (const char *path, StModelFile *file);
int st_cli_open_pool (const StCommon *common, StPool **pool);

/* Prints a document and a newline, and frees it; ST_EXIT_FAILED if stdout takes no more. */
int st_cli_print_json (json_t *document);
/* Whether everything printed has arrived. */
int st_cli_finish_output (void);
/* A number, or null if it is not finite. */
json_t *st_json_number (double number);
json_t *st_json_numbers (const double *numbers, guint n);

/* Set by SIGINT, SIGTERM and SIGHUP; a second one ends the program. */
extern StCancel st_cli_cancel;
void st_cli_catch_signals (void);
