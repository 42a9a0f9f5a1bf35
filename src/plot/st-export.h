/* A scene as the bytes of a file.  The caller saves them. */
#pragma once

#include <st-scene.h>

typedef enum StExportFormat { ST_EXPORT_PNG, ST_EXPORT_SVG, ST_EXPORT_PDF } StExportFormat;

/* By the ending of a file's name; FALSE if it is none of ours. */
gboolean st_export_format_from_name (const char *name, StExportFormat *format);

/* dpi: pixels an inch of a PNG, stored in it; a point of the scene is 1/96 inch there
 * as on a screen, and in PDF. */
GBytes *st_export (const StScene *scene, StExportFormat format, double dpi, GError **error);
