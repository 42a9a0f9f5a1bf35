/* Several files that appear together: they are written aside, into a folder of their own inside
 * the one they are for, and moved to their places when the last one is whole.  If one cannot be
 * written, none is. */
#pragma once

#include <glib.h>
#include <st-status.h>

typedef struct StFileSet StFileSet;

/* Makes the folder if there is none.  On failure *failed is the path that it is about. */
StStatus st_file_set_new (const char *folder, StFileSet **set, char **failed);
/* Ends it; what was not moved is removed, and so is the folder if it was made and is empty. */
void st_file_set_free (StFileSet *set);
/* Keeps the bytes for a file of this name. */
void st_file_set_add (StFileSet *set, const char *name, GBytes *bytes);
guint st_file_set_count (const StFileSet *set);
/* Writes all. */
StStatus st_file_set_save (StFileSet *set, char **failed);
