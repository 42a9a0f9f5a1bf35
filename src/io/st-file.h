/* Reading and saving whole files through GIO.  Blocking: never on the main thread
 * of the window. */
#pragma once

#include <gio/gio.h>
#include <st-status.h>

/* The file's bytes, unpacked where it is gzip.  At most `limit` bytes, packed or not
 * (ST_FILE_TOO_LARGE); an empty file is ST_FILE_EMPTY. */
StStatus st_file_read (const char *path, gsize limit, GBytes **bytes);

/* Replaces the file atomically and durably: after a crash there is the old file or the
 * new one, whole.  Makes no folder.  What stood there before stays on any failure. */
StStatus st_file_save (const char *path, GBytes *bytes);

/* Makes a folder and those above it. */
StStatus st_file_make_folder (const char *path);
