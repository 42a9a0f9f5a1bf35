/* Where the shipped files are: beside a program that was not installed, else where it
 * was installed.  A build folder is recognised by the file `stratoscope.places` that
 * meson writes beside the programs; the environment's STRATOSCOPE_PLACES may name
 * another such file.  Every answer is to be freed with g_free(), NULL if there is no
 * such folder. */
#pragma once

#include <glib.h>

/* The folder of shipped data (builtin-*.gz, models/). */
char *st_places_data (void);
/* The folder of the compiled settings schema, or NULL where the system's is right. */
char *st_places_schema (void);
/* The folder of message catalogues. */
char *st_places_locale (void);
