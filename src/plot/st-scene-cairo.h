/* Paints a scene with cairo: on the screen, into bitmaps and into PDF. */
#pragma once

#include <cairo.h>
#include <st-scene.h>

/* Leaves the state of `cr` as it was. */
void st_scene_paint (const StScene *scene, cairo_t *cr);
