/* Which parts of axes are shown, and the way there, forth and back.
 *
 * An axis of a kind of figure is the same in all columns while they are linked, so what is seen
 * side by side can be compared; unlinked, each column has its own.  The level is one axis in all
 * figures that have it. */
#pragma once

#include <glib-object.h>
#include <st-figure.h>

#define ST_TYPE_ZOOM (st_zoom_get_type ())
G_DECLARE_FINAL_TYPE (StZoom, st_zoom, ST, ZOOM, GObject)

/* Signal "changed": other parts are shown, or linked otherwise, or the way there is another. */
StZoom *st_zoom_new (void);

/* A number for a new gesture. */
guint st_zoom_begin (StZoom *zoom);
/* The part of an axis that a column shows; {0, 0} for all of it.  column: st_column_get_id(). */
StSpan st_zoom_get (StZoom *zoom, guint64 column, StAxis axis);
/* Shows these parts of a column's axes, and of the others' where they are linked.  Calls with the
 * same gesture, which is not 0, are one step of the way. */
void st_zoom_set (StZoom *zoom, guint64 column, const StAxis axes[2], const StSpan spans[2],
                  guint gesture);
/* Shows all of them. */
void st_zoom_reset (StZoom *zoom, guint64 column, const StAxis axes[2]);
/* They mean something else now: forgets their parts, on the way too. */
void st_zoom_forget (StZoom *zoom, const StAxis axes[2]);

/* A step back (-1) or forth (1), if there is one. */
void st_zoom_step (StZoom *zoom, int step);
gboolean st_zoom_can_step (StZoom *zoom, int step);

/* Linking again shows in all columns what `column` shows. */
void st_zoom_set_linked (StZoom *zoom, gboolean linked, guint64 column);
gboolean st_zoom_get_linked (StZoom *zoom);
