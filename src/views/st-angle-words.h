/* Private to views: Hilbert angles in words, with all that is known of them. */
#pragma once

#include <st-view.h>

/* ", 95 % interval 69.2° to 72.3°"; nothing where it is not known. */
void st_angle_words_interval (const StView *view, GString *out, StInterval interval);
/* In lines: each angle, means and distances, dimensions, the kernel. */
void st_angle_words_all (const StView *view, GString *out, const StHilbertResult *angles);
