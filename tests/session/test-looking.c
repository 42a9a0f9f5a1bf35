/* What is looked at: parts of axes, and images. */
#include <st-selection.h>
#include <st-zoom.h>

#include <string.h>

enum { CAE = 7, DAE = 9, IMAGES = 20 };

static const StAxis strata[2] = { ST_AXIS_LEVEL, ST_AXIS_RANK };
static const StAxis psnr[2] = { ST_AXIS_LEVEL, ST_AXIS_PSNR };
static const StAxis none[2] = { ST_AXIS_NONE, ST_AXIS_NONE };

static void
count (GObject *object, guint *times)
{
  (*times)++;
}

static void
check_span (StZoom *zoom, guint64 column, StAxis axis, double low, double high)
{
  const StSpan span = st_zoom_get (zoom, column, axis);
  g_assert_cmpfloat (span.low, ==, low);
  g_assert_cmpfloat (span.high, ==, high);
}

static void
show (StZoom *zoom, guint64 column, const StAxis axes[2], double low, double high, guint gesture)
{
  const StSpan spans[2] = { { low, high }, { 10 * low, 10 * high } };
  st_zoom_set (zoom, column, axes, spans, gesture);
}

static void
test_linked (void)
{
  g_autoptr (StZoom) zoom = st_zoom_new ();
  guint times = 0;
  g_signal_connect (zoom, "changed", G_CALLBACK (count), &times);
  check_span (zoom, CAE, ST_AXIS_RANK, 0, 0);
  show (zoom, CAE, strata, 1, 2, 0);
  g_assert_cmpuint (times, ==, 1);
  check_span (zoom, DAE, ST_AXIS_LEVEL, 1, 2);
  check_span (zoom, DAE, ST_AXIS_RANK, 10, 20);
  check_span (zoom, DAE, ST_AXIS_PSNR, 0, 0);
  /* Nothing new is nothing to tell. */
  show (zoom, DAE, strata, 1, 2, 0);
  show (zoom, DAE, none, 3, 4, 0);
  g_assert_cmpuint (times, ==, 1);
  st_zoom_reset (zoom, DAE, strata);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 0, 0);
}

static void
test_unlinked (void)
{
  g_autoptr (StZoom) zoom = st_zoom_new ();
  show (zoom, CAE, strata, 1, 2, 0);
  st_zoom_set_linked (zoom, FALSE, CAE);
  check_span (zoom, DAE, ST_AXIS_LEVEL, 1, 2);
  show (zoom, DAE, psnr, 3, 4, 0);
  check_span (zoom, DAE, ST_AXIS_LEVEL, 3, 4);
  check_span (zoom, DAE, ST_AXIS_RANK, 10, 20);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 1, 2);
  check_span (zoom, CAE, ST_AXIS_PSNR, 0, 0);
  st_zoom_reset (zoom, CAE, strata);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 0, 0);
  check_span (zoom, DAE, ST_AXIS_LEVEL, 3, 4);
  /* Linked again: as the column at hand, and what it had not moved as it was. */
  st_zoom_set_linked (zoom, TRUE, DAE);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 3, 4);
  check_span (zoom, CAE, ST_AXIS_PSNR, 30, 40);
  check_span (zoom, CAE, ST_AXIS_RANK, 10, 20);
}

/* Any way of random steps, gone back and forth again, shows the same. */
static void
test_way (void)
{
  enum { STEPS = 60 };
  g_autoptr (StZoom) zoom = st_zoom_new ();
  double shown[STEPS + 1] = { 0 };
  g_assert_false (st_zoom_can_step (zoom, -1));
  st_zoom_step (zoom, -1);
  for (guint i = 1; i <= STEPS; i++)
    {
      shown[i] = i + g_test_rand_double_range (0, 0.5);
      show (zoom, CAE, i % 2 ? strata : psnr, shown[i], shown[i] + 1, 0);
    }
  guint at = STEPS;
  for (guint i = 0; i < 500; i++)
    {
      const int step = g_test_rand_bit () ? 1 : -1;
      g_assert_cmpint (st_zoom_can_step (zoom, step), ==, step < 0 ? at > 0 : at < STEPS);
      at += st_zoom_can_step (zoom, step) ? (guint) step : 0;
      st_zoom_step (zoom, step);
      g_assert_cmpfloat (st_zoom_get (zoom, CAE, ST_AXIS_LEVEL).low, ==, shown[at]);
    }
  while (st_zoom_can_step (zoom, -1))
    st_zoom_step (zoom, -1);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 0, 0);
  /* A new step forgets what was ahead. */
  show (zoom, CAE, strata, 5, 6, 0);
  g_assert_false (st_zoom_can_step (zoom, 1));
}

/* One drag is one step, however often it tells. */
static void
test_gestures (void)
{
  g_autoptr (StZoom) zoom = st_zoom_new ();
  const guint first = st_zoom_begin (zoom), second = st_zoom_begin (zoom);
  g_assert_cmpuint (first, !=, second);
  for (guint i = 1; i < 50; i++)
    show (zoom, CAE, strata, i, i + 1, first);
  show (zoom, CAE, strata, 100, 101, second);
  st_zoom_step (zoom, -1);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 49, 50);
  st_zoom_step (zoom, -1);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 0, 0);
  g_assert_false (st_zoom_can_step (zoom, -1));
  st_zoom_step (zoom, 1);
  st_zoom_step (zoom, 1);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 100, 101);
  st_zoom_forget (zoom, strata);
  check_span (zoom, CAE, ST_AXIS_LEVEL, 0, 0);
  st_zoom_step (zoom, -1);
  check_span (zoom, CAE, ST_AXIS_RANK, 0, 0);
}

static void
test_pointed (void)
{
  g_autoptr (StSelection) selection = st_selection_new ();
  guint times = 0;
  g_signal_connect (selection, "pointed", G_CALLBACK (count), &times);
  st_selection_point (selection, 3);
  g_assert_cmpint (st_selection_get_pointed (selection), ==, -1);
  st_selection_set_count (selection, IMAGES);
  st_selection_point (selection, 3);
  st_selection_point (selection, 3);
  g_assert_cmpint (st_selection_get_pointed (selection), ==, 3);
  g_assert_cmpuint (times, ==, 1);
  st_selection_set_count (selection, IMAGES);
  g_assert_cmpint (st_selection_get_pointed (selection), ==, -1);
  g_assert_cmpuint (times, ==, 2);
}

/* Against sets kept by hand. */
static void
test_masks (void)
{
  g_autoptr (StSelection) selection = st_selection_new ();
  guint8 wanted[IMAGES] = { 0 }, mask[IMAGES];
  guint times = 0, changes = 0;
  g_signal_connect (selection, "changed", G_CALLBACK (count), &times);
  st_selection_set_count (selection, IMAGES);
  g_assert_null (st_selection_get_mask (selection));
  for (guint turn = 0; turn < 400; turn++)
    {
      const StSelectionMode mode = (StSelectionMode) (turn % 3);
      guint8 before[IMAGES];
      guint n = 0;
      memcpy (before, wanted, sizeof wanted);
      for (guint i = 0; i < IMAGES; i++)
        {
          mask[i] = g_test_rand_int_range (0, 4) == 0;
          const gboolean all = st_selection_get_mask (selection) == NULL;
          if (mode == ST_SELECTION_REPLACE)
            wanted[i] = mask[i];
          else if (mode == ST_SELECTION_ADD)
            wanted[i] |= mask[i];
          else
            wanted[i] = (all || wanted[i]) && !mask[i];
          n += wanted[i];
        }
      if (n == IMAGES)
        memset (wanted, 0, sizeof wanted);
      n = n == IMAGES ? 0 : n;
      changes += memcmp (before, wanted, sizeof wanted) != 0;
      const guint64 serial = st_selection_get_serial (selection);
      st_selection_take (selection, mask, mode);
      g_assert_cmpuint (st_selection_get_selected (selection), ==, n);
      g_assert_cmpuint (times, ==, changes);
      g_assert_cmpint (st_selection_get_serial (selection) != serial, ==,
                       memcmp (before, wanted, sizeof wanted) != 0);
      if (n > 0)
        g_assert_cmpmem (st_selection_get_mask (selection), IMAGES, wanted, IMAGES);
      else
        g_assert_null (st_selection_get_mask (selection));
    }
  st_selection_clear (selection);
  g_assert_null (st_selection_get_mask (selection));
  g_assert_cmpuint (st_selection_get_serial (selection), ==, 0);
}

static void
test_pins (void)
{
  g_autoptr (StSelection) selection = st_selection_new ();
  guint times = 0;
  g_signal_connect (selection, "pins", G_CALLBACK (count), &times);
  st_selection_set_count (selection, 100);
  st_selection_set_pinned (selection, 5, TRUE);
  st_selection_set_pinned (selection, 5, TRUE);
  st_selection_set_pinned (selection, 100, TRUE);
  st_selection_set_pinned (selection, 2, TRUE);
  g_assert_cmpuint (times, ==, 2);
  g_assert_cmpuint (st_selection_get_pins (selection), ==, 2);
  g_assert_cmpuint (st_selection_get_pin (selection, 0), ==, 5);
  st_selection_set_pinned (selection, 5, FALSE);
  g_assert_false (st_selection_is_pinned (selection, 5));
  g_assert_true (st_selection_is_pinned (selection, 2));
  for (guint i = 10; i < 10 + ST_SELECTION_PINS_MAX; i++)
    st_selection_set_pinned (selection, i, TRUE);
  g_assert_cmpuint (st_selection_get_pins (selection), ==, ST_SELECTION_PINS_MAX);
  g_assert_false (st_selection_is_pinned (selection, 2));
  st_selection_set_count (selection, 50);
  g_assert_cmpuint (st_selection_get_pins (selection), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/looking/zoom/linked", test_linked);
  g_test_add_func ("/looking/zoom/unlinked", test_unlinked);
  g_test_add_func ("/looking/zoom/way", test_way);
  g_test_add_func ("/looking/zoom/gestures", test_gestures);
  g_test_add_func ("/looking/selection/pointed", test_pointed);
  g_test_add_func ("/looking/selection/masks", test_masks);
  g_test_add_func ("/looking/selection/pins", test_pins);
  return g_test_run ();
}
