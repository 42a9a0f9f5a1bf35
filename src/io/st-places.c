#include <st-places.h>

#include <st-config.h>

/* The key file beside the running program, or NULL: then it is an installed one. */
static GKeyFile *
open_places (void)
{
  /* Tests run from folders of their own. */
  g_autofree char *path = g_strdup (g_getenv ("STRATOSCOPE_PLACES"));
  if (path == NULL)
    {
      g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
      if (program == NULL)
        return NULL;
      g_autofree char *folder = g_path_get_dirname (program);
      path = g_build_filename (folder, "stratoscope.places", NULL);
    }

  GKeyFile *places = g_key_file_new ();
  if (g_key_file_load_from_file (places, path, G_KEY_FILE_NONE, NULL))
    return places;
  g_key_file_unref (places);
  return NULL;
}

static char *
find_place (const char *key, const char *installed)
{
  g_autoptr (GKeyFile) places = open_places ();
  char *path = places != NULL ? g_key_file_get_string (places, "Places", key, NULL)
                              : g_strdup (installed);
  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
    return path;
  g_free (path);
  return NULL;
}

char *
st_places_data (void)
{
  return find_place ("data", ST_INSTALLED_DATA);
}

char *
st_places_schema (void)
{
  return find_place ("schema", NULL);
}

char *
st_places_locale (void)
{
  return find_place ("locale", ST_INSTALLED_LOCALE);
}
