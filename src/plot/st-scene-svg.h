/* Writes a scene as SVG 1.1 with real <text>, images embedded as PNG. */
#pragma once

#include <st-scene.h>

/* The same scene gives the same bytes, in any locale. */
GBytes *st_scene_svg (const StScene *scene);
