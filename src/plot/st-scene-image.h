/* A scene's picture as a cairo surface, for painters. */
#pragma once

#include <cairo.h>
#include <st-scene-items.h>

/* RGB24, width x height; caller destroys. */
cairo_surface_t *st_scene_image_surface (const StScene *scene, const StItem *item);
