/* A bell that any thread may ring and that calls back on the main thread: rings coalesce. */
#pragma once

#include <glib.h>

/* A source of the default main context; end it with st_bell_free(). */
GSource *st_bell_new (GSourceFunc function, gpointer data);
void st_bell_free (GSource *bell);
/* A StLiveBell and a StTrainingBell: bell is the GSource. */
void st_bell_ring (void *bell);
