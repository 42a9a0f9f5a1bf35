/* Paints a scene with cairo: on the screen, into bitmaps and into PDF. */
#pragma once

#include <cairo.h>
#include <st-scene.h>

/* Leaves the state of `cr` as it was. */
void st_scene_paint (const StScene *scene, cairo_t *cr);

/* Pictures of markers that a screen's painter keeps (st-sprites.h), for one scale at a time:
 * another one forgets those of the last.  Used by one thread. */
typedef struct StSprites StSprites;

StSprites *st_sprites_new (void);
void st_sprites_free (StSprites *sprites);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StSprites, st_sprites_free)

/* The same picture for a screen of `scale` device pixels a point: many markers in a row come from
 * sprites, at most a sixteenth of a point off their places.  The origin of `cr` must be a whole
 * point. */
void st_scene_paint_on_screen (const StScene *scene, cairo_t *cr, StSprites *sprites,
                               guint scale);

/* One marker, with round joins. */
void st_marker_paint (cairo_t *cr, double x, double y, const StMarkerStyle *style);
