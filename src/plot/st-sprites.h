/* Pictures of markers, made once and blitted many times: for the painter of a screen.
 *
 * A marker is kept at a few places within a pixel, eight steps a point each way, so that points
 * move smoothly and lie at most a sixteenth of a point off.  Blitting sixty thousand of them costs
 * what painting four thousand paths does. */
#pragma once

#include <st-scene-cairo.h>
#include <st-scene-items.h>

/* From where on a run is worth a buffer of its own. */
enum { ST_SPRITES_RUN = 24 };

/* Whether a run can have it: markers, and thin straight strokes, such as trails between them. */
gboolean st_sprites_take (const StItem *item);

/* Items [first, end) of the scene make a run: paints them as cairo would each, moved by (dx, dy)
 * and cut to `clip` (of the moved), through one image of the clip's part that they cover.  scale:
 * device pixels a point.  FALSE, and nothing painted, where a marker is too large to be kept. */
gboolean st_sprites_paint (StSprites *sprites, cairo_t *cr, const StScene *scene, guint first,
                       guint end, double dx, double dy, StRect clip, guint scale);
