/* Preloaded by the test setup "german" into every program: most tests never call setlocale(),
 * and would run in the C locale whatever the environment says. */
#include <locale.h>

__attribute__ ((constructor)) static void
take_locale_of_environment (void)
{
  setlocale (LC_ALL, "");
}
