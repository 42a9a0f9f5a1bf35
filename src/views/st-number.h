/* Numbers as people read them, in one of two dialects: C for files, arguments and
 * the command line, the user's locale for the window.  A minus is a true one (U+2212).
 * All return a string that the caller frees; a number that is not finite is "–". */
#pragma once

#include <glib.h>

typedef enum StNumbers { ST_NUMBERS_C, ST_NUMBERS_LOCALE } StNumbers;

char *st_number_fixed (StNumbers dialect, double value, int decimals);  /* 16.5 */
char *st_number_tick (StNumbers dialect, double value);                 /* %g: 0.01, 1e−8 */
char *st_number_power (StNumbers dialect, double value);                /* 1e−4, but 1 */
char *st_number_level (StNumbers dialect, double level);  /* in words: 0.10, 0.125, 0.0006 */
char *st_number_count (StNumbers dialect, guint64 count);               /* 66,209 */
char *st_number_psnr (StNumbers dialect, double value);                 /* 16.5 dB */
char *st_number_degrees (StNumbers dialect, double value, int decimals);/* 71° */
char *st_number_percent (StNumbers dialect, double share);              /* 39 % */
