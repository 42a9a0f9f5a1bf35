#include <st-angle-words.h>

#include <st-names.h>

#include <math.h>

void
st_angle_words_interval (const StView *view, GString *out, StInterval interval)
{
  if (!isfinite (interval.low))
    return;
  char *low = st_number_degrees (view->request->numbers, interval.low, 1);
  char *high = st_number_degrees (view->request->numbers, interval.high, 1);
  g_string_append_printf (out, _(", 95 %% interval %s to %s"), low, high);
  g_free (low);
  g_free (high);
}

static void
append_each_angle (const StView *view, GString *out, const StHilbertResult *now)
{
  for (guint i = 0; i < now->angles.count; i++)
    {
      char *angle = st_number_degrees (view->request->numbers, now->angles.degrees[i], 2);
      /* Translators: the number of an angle, from the smallest on, and the angle. */
      g_string_append_printf (out, _("Angle %u: %s"), i + 1, angle);
      st_angle_words_interval (view, out, now->intervals.degrees[i]);
      g_string_append_c (out, '\n');
      g_free (angle);
    }
}

static void
append_sizes (const StView *view, GString *out, const StHilbertResult *now)
{
  const StNumbers numbers = view->request->numbers;
  char *mean = st_number_degrees (numbers, now->angles.mean, 2);
  char *largest = st_number_degrees (numbers, now->angles.largest, 2);
  char *chordal = st_number_fixed (numbers, now->angles.chordal, 3);
  char *geodesic = st_number_fixed (numbers, now->angles.geodesic, 3);
  char *gap = st_number_fixed (numbers, now->gap, 3);
  char *precision = st_number_tick (numbers, now->angles.precision);
  g_string_append_printf (out, _("Mean %s"), mean);
  st_angle_words_interval (view, out, now->intervals.mean);
  g_string_append_printf (out, _("; largest %s\n"), largest);
  /* Translators: two distances between subspaces; the second is in radians. */
  g_string_append_printf (out, _("Chordal distance %s, geodesic (Grassmann) %s rad\n"), chordal,
                          geodesic);
  g_string_append_printf (out, _("Gap behind the last eigenvalue %s; angles exact to %s rad\n"),
                          gap, precision);
  g_free (mean);
  g_free (largest);
  g_free (chordal);
  g_free (geodesic);
  g_free (gap);
  g_free (precision);
}

static void
append_points (const StView *view, GString *out, const StHilbertResult *now)
{
  const StNumbers numbers = view->request->numbers;
  g_string_append_printf (out, _("Images as shown span %u dimensions; 95 %% of their energy is in "
                                 "%u, 99 %% in %u\n"),
                          now->numerical, now->energy95, now->energy99);
  if (isfinite (now->distance_ratio))
    {
      char *ratio = st_number_fixed (numbers, now->distance_ratio, 3);
      g_string_append_printf (out, _("Distance to the clean image over that between clean "
                                     "images: %s\n"), ratio);
      g_free (ratio);
    }
  g_string_append_printf (out, _("Kernel: %s"), st_name_kernel (now->kernel));
  if (now->sigma > 0)
    {
      char *sigma = st_number_fixed (numbers, now->sigma, 4);
      g_string_append_printf (out, _(", σ %s, the median distance of clean images"), sigma);
      g_free (sigma);
    }
  g_string_append_c (out, '\n');
}

void
st_angle_words_all (const StView *view, GString *out, const StHilbertResult *angles)
{
  append_each_angle (view, out, angles);
  append_sizes (view, out, angles);
  append_points (view, out, angles);
}
