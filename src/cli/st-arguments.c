#include "st-arguments.h"

#include "st-options.h"

#include <string.h>

enum { POINTS_MAX = 1000 };

static char *
unknown_name (const char *what, const char *name)
{
  return g_strdup_printf ("there is no %s “%s”", what, name);
}

static char *
level_problem (const char *text)
{
  return g_strdup_printf ("a level must be a number from 0 to 1, not “%s”", text);
}

static gboolean
read_level (const char *text, double *level)
{
  return st_options_real (text, level) && *level >= 0.0 && *level <= 1.0;
}

static char *
read_range (const char *text, const char *dots, GArray *levels)
{
  const char *slash = strchr (dots, '/');
  g_autofree char *from_text = g_strndup (text, (gsize) (dots - text));
  g_autofree char *to_text = g_strndup (dots + 2, slash != NULL ? (gsize) (slash - dots - 2)
                                                                : strlen (dots + 2));
  double from, to;
  guint64 points;

  if (!read_level (from_text, &from))
    return level_problem (from_text);
  if (!read_level (to_text, &to))
    return level_problem (to_text);
  if (slash == NULL || !st_options_whole (slash + 1, &points) || points < 2 || points > POINTS_MAX)
    return g_strdup_printf ("a range of levels is FROM..TO/POINTS with 2 to %d points, not “%s”",
                            POINTS_MAX, text);
  for (guint64 i = 0; i < points; i++)
    {
      /* Exact at both ends. */
      double level = i + 1 == points ? to : from + (to - from) * (double) i / (double) (points - 1);
      g_array_append_val (levels, level);
    }
  return NULL;
}

char *
st_argument_noise (const char *text, StPerturbKind *kind, GArray *levels)
{
  const char *colon = strchr (text, ':');
  g_autofree char *name = colon != NULL ? g_strndup (text, (gsize) (colon - text))
                                        : g_strdup (text);
  if (!st_perturb_from_name (name, kind))
    return unknown_name ("kind of noise", name);
  if (colon == NULL)
    return g_strdup_printf ("the noise needs a level: %s:0.1", name);

  const char *dots = strstr (colon + 1, "..");
  if (dots != NULL)
    return read_range (colon + 1, dots, levels);
  g_auto (GStrv) parts = g_strsplit (colon + 1, ",", POINTS_MAX + 1);
  if (g_strv_length (parts) > POINTS_MAX)
    return g_strdup_printf ("there may be at most %d levels", POINTS_MAX);
  for (char **part = parts; *part != NULL; part++)
    {
      double level;
      if (!read_level (*part, &level))
        return level_problem (*part);
      g_array_append_val (levels, level);
    }
  return levels->len > 0 ? NULL : level_problem ("");
}

char *
st_argument_classes (const char *text, StClasses *classes)
{
  gsize wrong = 0;
  if (*text != '\0' && st_classes_parse (text, classes, &wrong))
    return NULL;
  g_autofree char *part = g_strndup (text + wrong, strcspn (text + wrong, ","));
  return g_strdup_printf ("a class must be a whole number from 0 to 255, not “%s”", part);
}

char *
st_argument_kind (const char *text, StKind *kind)
{
  return st_kind_from_name (text, kind) ? NULL : unknown_name ("kind of model", text);
}

char *
st_argument_encoder (const char *text, StEncoder *encoder)
{
  return st_encoder_from_name (text, encoder) ? NULL : unknown_name ("encoder", text);
}

char *
st_argument_activation (const char *text, StActivation *activation)
{
  return st_activation_from_name (text, activation) ? NULL : unknown_name ("activation", text);
}

char *
st_argument_loss (const char *text, StLossKind *loss)
{
  return st_loss_from_name (text, loss) ? NULL : unknown_name ("loss", text);
}

char *
st_argument_isometry (const char *text, StIsometry *isometry)
{
  return st_isometry_from_name (text, isometry) ? NULL : unknown_name ("isometry", text);
}

char *
st_argument_hidden (const char *text, guint32 hidden[ST_HIDDEN_MAX])
{
  g_auto (GStrv) parts = g_strsplit (text, ",", ST_HIDDEN_MAX + 1);
  guint n = g_strv_length (parts);
  if (n > ST_HIDDEN_MAX)
    return g_strdup_printf ("there may be at most %d hidden layers", ST_HIDDEN_MAX);
  memset (hidden, 0, ST_HIDDEN_MAX * sizeof *hidden);
  for (guint i = 0; i < n; i++)
    {
      guint64 length;
      if (!st_options_whole (parts[i], &length) || length < 1 || length > ST_HIDDEN_LENGTH_MAX)
        return g_strdup_printf ("the length of a hidden layer must be a whole number from 1 to "
                                "%d, not “%s”", ST_HIDDEN_LENGTH_MAX, parts[i]);
      hidden[i] = (guint32) length;
    }
  return NULL;
}

char *
st_argument_sigma (const char *text, double *sigma)
{
  *sigma = 0.0;
  if (strcmp (text, "learned") == 0)
    return NULL;
  return st_options_real (text, sigma) && *sigma > 0.0
           ? NULL : g_strdup_printf ("sigma is “learned” or a number above 0, not “%s”", text);
}

char *
st_argument_latent (const char *text, StLatent *latent)
{
  if (strcmp (text, "mean") != 0 && strcmp (text, "sample") != 0)
    return g_strdup_printf ("the latent is “mean” or “sample”, not “%s”", text);
  *latent = strcmp (text, "mean") == 0 ? ST_LATENT_MEAN : ST_LATENT_SAMPLE;
  return NULL;
}

char *
st_argument_kernel (const char *text, StKernel *kernel)
{
  static const char prefix[] = "gaussian:";
  StDistance distance;
  if (st_kernel_from_any_name (text, kernel))
    return NULL;
  if (g_str_has_prefix (text, prefix) && st_distance_from_name (text + strlen (prefix), &distance))
    return g_strdup_printf ("there is no kernel “%s”: Gaussians of geodesic distances are not "
                            "positive semidefinite", text);
  return unknown_name ("kernel", text);
}

char *
st_argument_distance (const char *text, StDistance *distance)
{
  return st_distance_from_name (text, distance) ? NULL : unknown_name ("distance", text);
}
