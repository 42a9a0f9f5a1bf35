#include <st-application.h>

#include <glib/gi18n.h>
#include <locale.h>
#include <st-alloc.h>
#include <st-blas.h>
#include <st-config.h>
#include <st-places.h>
#include <stdio.h>
#include <stdlib.h>

static int
run (int argc, char *argv[])
{
  st_alloc_prepare ();
  st_blas_prepare ();
  g_autofree char *locale = st_places_locale ();
  setlocale (LC_ALL, "");
  bindtextdomain (ST_GETTEXT_DOMAIN, locale);
  bind_textdomain_codeset (ST_GETTEXT_DOMAIN, "UTF-8");
  textdomain (ST_GETTEXT_DOMAIN);

  g_autoptr (StApplication) application = st_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}

/* On a busy machine OpenBLAS 0.3.21 can wait for ever for threads of its own when a program ends,
 * and nothing else is left to do that the system does not. */
int
main (int argc, char *argv[])
{
  int status = run (argc, argv);
  fflush (NULL);
  _Exit (status);
}
