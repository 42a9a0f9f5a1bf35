#include <st-bell.h>

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return callback (data);
}

static GSourceFuncs funcs = { .dispatch = dispatch };

GSource *
st_bell_new (GSourceFunc function, gpointer data)
{
  GSource *bell = g_source_new (&funcs, sizeof (GSource));
  g_source_set_callback (bell, function, data, NULL);
  g_source_set_ready_time (bell, -1);
  g_source_attach (bell, NULL);
  return bell;
}

void
st_bell_free (GSource *bell)
{
  g_source_destroy (bell);
  g_source_unref (bell);
}

void
st_bell_ring (void *bell)
{
  g_source_set_ready_time (bell, 0);
}
