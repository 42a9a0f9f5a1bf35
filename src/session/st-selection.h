/* What of the images is looked at, in all figures of all models: the one under the pointer, the
 * selected ones, the pinned ones.  Images are named by their position among the session's.
 *
 * The image that was chosen with a click is the session's `selected`. */
#pragma once

#include <glib-object.h>

#define ST_TYPE_SELECTION (st_selection_get_type ())
G_DECLARE_FINAL_TYPE (StSelection, st_selection, ST, SELECTION, GObject)

enum { ST_SELECTION_PINS_MAX = 24 };

typedef enum StSelectionMode
{
  ST_SELECTION_REPLACE,
  ST_SELECTION_ADD,
  ST_SELECTION_REMOVE,
} StSelectionMode;

/* Signals: "pointed" (the pointer is on another image, or on none), "changed" (other images are
 * selected), "pins". */
StSelection *st_selection_new (void);

/* Other images: forgets everything. */
void st_selection_set_count (StSelection *selection, guint count);
guint st_selection_get_count (StSelection *selection);

/* -1: none. */
void st_selection_point (StSelection *selection, int image);
int st_selection_get_pointed (StSelection *selection);

/* mask[count]: 1 for the images that are meant.  Selecting none, or all, is selecting nothing. */
void st_selection_take (StSelection *selection, const guint8 *mask, StSelectionMode mode);
void st_selection_clear (StSelection *selection);
/* [count], 1 where an image is selected; NULL where nothing is.  Borrowed until the next change. */
const guint8 *st_selection_get_mask (StSelection *selection);
guint st_selection_get_selected (StSelection *selection);
/* Another number for each other selection; 0 for none. */
guint64 st_selection_get_serial (StSelection *selection);

/* Whether a drag draws around images, wherever one does not move the tolerance. */
void st_selection_set_lasso (StSelection *selection, gboolean lasso);
gboolean st_selection_get_lasso (StSelection *selection);

/* Pins, in the order in which they were set; the oldest goes where there are too many. */
void st_selection_set_pinned (StSelection *selection, guint image, gboolean pinned);
gboolean st_selection_is_pinned (StSelection *selection, guint image);
guint st_selection_get_pins (StSelection *selection);
guint st_selection_get_pin (StSelection *selection, guint i);
