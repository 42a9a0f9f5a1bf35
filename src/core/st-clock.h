/* How time passes, for whoever yields, publishes now and then, or knows how long something takes;
 * never for a number that is shown. */
#pragma once

/* Seconds on a clock that nobody sets. */
double st_clock_now (void);
