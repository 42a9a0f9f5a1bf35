/* Reading and saving whole files through GIO.  Blocking: never on the main thread
 * of the window. */
#pragma once

#include <gio/gio.h>
#include <st-status.h>

/* The file's bytes, unpacked where it is gzip.  At most `limit` bytes, packed or not
 * (ST_FILE_TOO_LARGE); an empty file is ST_FILE_EMPTY.  ST_FILE_MISSING, _DENIED,
 * _FOLDER, _GZIP and _IO as their names say. */
StStatus st_file_read (const char *path, gsize limit, GBytes **bytes);

/* The same for bytes that are there already: unpacked if gzip, else the bytes themselves. */
StStatus st_file_unpack (GBytes *packed, gsize limit, GBytes **bytes);

/* Replaces the file atomically and durably: after a crash there is the old file or the
 * new one, whole.  Makes no folder (ST_FILE_NO_FOLDER).  What stood there before stays
 * on any failure.  A symbolic link stays one: what it points to is replaced. */
StStatus st_file_save (const char *path, GBytes *bytes);

/* Whether st_file_save() has a chance: to be asked before work that takes minutes. */
StStatus st_file_can_save (const char *path);

/* Makes a folder and those above it. */
StStatus st_file_make_folder (const char *path);
