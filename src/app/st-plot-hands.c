/* Pointer and fingers on a plot.
 *
 * The primary button moves what a figure has to be moved: the level, the tolerance, and where there
 * is neither, its axes; a click chooses an image.  With Shift it draws a rectangle around images,
 * with the lasso any shape; Ctrl adds to what is selected.  The middle button always moves axes.
 * The wheel zooms at the pointer: over the panel both axes, over one axis that one; elsewhere, and
 * with Shift, it is left to the board, which scrolls. */
#include "st-plot-private.h"

#include <math.h>
#include <string.h>

enum {
  TOLERANCE_REACH = 7,   /* pixels around its line */
  CLICK_REACH = 4,       /* a click's hand may tremble */
  WHEEL_MS = 700,        /* clicks of the wheel that follow so soon are one gesture */
};

#define WHEEL_FACTOR 1.2
/* Between points of a lasso. */
#define LASSO_STEP 2.5

/* ---- axes ---- */

guint
st_plot_begin_gesture (StPlot *self)
{
  self->gesture = st_zoom_begin (st_session_get_zoom (self->session));
  st_plot_refresh (self);
  self->held[0] = self->figure->axes[0];
  self->held[1] = self->figure->axes[1];
  return self->gesture;
}

static gboolean
can_zoom (StPlot *self)
{
  return self->figure != NULL && (self->figure->axes[0].known || self->figure->axes[1].known);
}

/* All of an axis is no part of it: it stays all when the data grow. */
static StSpan
span_of (const StFigureAxis *axis, const StScale *shown)
{
  if (shown->low == axis->whole.low && shown->high == axis->whole.high)
    return (StSpan) { 0, 0 };
  return (StSpan) { shown->low, shown->high };
}

static void
show (StPlot *self, const StScale shown[2], guint gesture)
{
  StAxis axes[2];
  StSpan spans[2];
  st_figure_axes (self->kind, axes);
  for (guint i = 0; i < 2; i++)
    spans[i] = span_of (&self->figure->axes[i], &shown[i]);
  st_zoom_set (st_session_get_zoom (self->session), st_plot_get_column_id (self), axes, spans,
               gesture);
}

void
st_plot_zoom_at (StPlot *self, double x, double y, double factor, gboolean which[2],
                 guint gesture)
{
  const double places[2] = { x, y };
  StScale shown[2];
  st_plot_refresh (self);
  if (!can_zoom (self))
    return;
  for (guint i = 0; i < 2; i++)
    {
      const StFigureAxis *axis = &self->figure->axes[i];
      shown[i] = which[i] ? st_scale_zoom (&axis->shown, &axis->reach, places[i], factor, 0)
                          : axis->shown;
    }
  show (self, shown, gesture);
}

void
st_plot_pan (StPlot *self, const StFigureAxis from[2], double dx, double dy, guint gesture)
{
  const double by[2] = { dx, dy };
  StScale shown[2];
  st_plot_refresh (self);
  if (!can_zoom (self))
    return;
  for (guint i = 0; i < 2; i++)
    shown[i] = by[i] == 0 ? from[i].shown
                          : st_scale_zoom (&from[i].shown, &from[i].reach, from[i].shown.from, 1,
                                           by[i]);
  show (self, shown, gesture);
}

/* ---- what is at a place ---- */

/* Over the panel both axes, beside it or below it one; FALSE elsewhere. */
static gboolean
axes_at (StPlot *self, double x, double y, gboolean which[2])
{
  if (!can_zoom (self))
    return FALSE;
  const StRect plot = self->figure->plot;
  const gboolean across = x >= plot.x && x <= plot.x + plot.width;
  const gboolean down = y >= plot.y && y <= plot.y + plot.height;
  which[0] = across && y >= plot.y;
  which[1] = down && x <= plot.x + plot.width;
  return which[0] || which[1];
}

static gboolean
is_on_tolerance (StPlot *self, double y)
{
  if (self->figure == NULL || !self->figure->has_tolerance)
    return FALSE;
  double tolerance = st_session_get_tolerance (self->session);
  return fabs (y - st_scale_place (&self->figure->tolerance, tolerance)) <= TOLERANCE_REACH;
}

static gint64
image_at (StPlot *self, double x, double y)
{
  return self->figure != NULL ? st_figure_image_at (self->figure, x, y) : -1;
}

/* ---- the primary button ---- */

static void
set_level_at (StPlot *self, double x)
{
  if (self->figure != NULL && self->figure->has_level)
    st_session_set_level (self->session, st_scale_value (&self->figure->level, x));
}

/* Whole decades, unless Shift is held. */
static void
set_tolerance_at (StPlot *self, double y, gboolean fine)
{
  double decade = log10 (st_scale_value (&self->figure->tolerance, y));
  st_session_set_tolerance (self->session, pow (10, fine ? decade : round (decade)));
}

gboolean
st_plot_click_image (StPlot *self, double x, double y, gboolean toggle)
{
  gint64 image = image_at (self, x, y);
  if (image < 0)
    return FALSE;
  gboolean again = toggle && image == st_session_get_selected (self->session);
  st_session_set_selected (self->session, again ? -1 : (int) image);
  return TRUE;
}

gboolean
st_plot_select_group (StPlot *self, gint64 image, double x, double y, gboolean add)
{
  StSelection *selection = st_session_get_selection (self->session);
  const guint n = st_selection_get_count (selection);
  const guint8 *before = st_selection_get_mask (selection);
  g_autofree guint8 *mask = g_new0 (guint8, MAX (n, 1));
  StFigureRequest request = st_plot_make_request (self);
  if (!st_figure_pick (&request, image, (StPoint) { x, y }, mask, n))
    return FALSE;
  if (before != NULL && memcmp (before, mask, n) == 0)
    st_selection_clear (selection);   /* once more lets go of it */
  else
    st_selection_take (selection, mask, add ? ST_SELECTION_ADD : ST_SELECTION_REPLACE);
  return TRUE;
}

static gboolean
can_brush (StPlot *self)
{
  return self->overlaid ? st_figure_can_brush_overlaid (self->kind)
                        : st_figure_can_brush (self->kind);
}

static StPlotDrag
choose_drag (StPlot *self, double x, double y, GdkModifierType state)
{
  const gboolean brushes = can_brush (self);
  if (is_on_tolerance (self, y))
    return ST_PLOT_DRAG_TOLERANCE;
  if (brushes && st_selection_get_lasso (st_session_get_selection (self->session)))
    return ST_PLOT_DRAG_LASSO;
  if (brushes && (state & GDK_SHIFT_MASK))
    return ST_PLOT_DRAG_RECTANGLE;
  if (self->figure->has_level)
    return ST_PLOT_DRAG_LEVEL;
  return can_zoom (self) ? ST_PLOT_DRAG_CLICK : ST_PLOT_DRAG_NONE;
}

static GdkModifierType
state_of (gpointer gesture)
{
  return gtk_event_controller_get_current_event_state (gesture);
}

static void
drag_begin (GtkGestureDrag *drag, double x, double y, StPlot *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  st_plot_begin_gesture (self);
  self->start = (StPoint) { x, y };
  self->drag = choose_drag (self, x, y, state_of (drag));
  if (self->drag == ST_PLOT_DRAG_RECTANGLE || self->drag == ST_PLOT_DRAG_LASSO)
    {
      self->lasso = g_array_new (FALSE, FALSE, sizeof (StPoint));
      g_array_append_val (self->lasso, self->start);
    }
  else if (self->drag == ST_PLOT_DRAG_LEVEL)
    set_level_at (self, x);
  else if (self->drag == ST_PLOT_DRAG_NONE && !st_plot_click_image (self, x, y, TRUE))
    st_plot_select_group (self, -1, x, y, (state_of (drag) & GDK_CONTROL_MASK) != 0);
}

static void
draw_rectangle (GArray *lasso, double x, double y, double dx, double dy)
{
  const StPoint corners[4] = { { x, y }, { x + dx, y }, { x + dx, y + dy }, { x, y + dy } };
  g_array_set_size (lasso, 0);
  g_array_append_vals (lasso, corners, G_N_ELEMENTS (corners));
}

static void
draw_lasso (GArray *lasso, double x, double y)
{
  const StPoint last = g_array_index (lasso, StPoint, lasso->len - 1), next = { x, y };
  if (hypot (x - last.x, y - last.y) >= LASSO_STEP)
    g_array_append_val (lasso, next);
}

static void
drag_update (GtkGestureDrag *drag, double dx, double dy, StPlot *self)
{
  const double x = self->start.x, y = self->start.y;
  if (self->drag == ST_PLOT_DRAG_CLICK && hypot (dx, dy) > CLICK_REACH)
    self->drag = ST_PLOT_DRAG_PAN;
  switch (self->drag)
    {
    case ST_PLOT_DRAG_TOLERANCE:
      set_tolerance_at (self, y + dy, (state_of (drag) & GDK_SHIFT_MASK) != 0);
      break;
    case ST_PLOT_DRAG_LEVEL:
      set_level_at (self, x + dx);
      break;
    case ST_PLOT_DRAG_PAN:
      st_plot_pan (self, self->held, dx, dy, self->gesture);
      break;
    case ST_PLOT_DRAG_RECTANGLE:
      draw_rectangle (self->lasso, x, y, dx, dy);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    case ST_PLOT_DRAG_LASSO:
      draw_lasso (self->lasso, x + dx, y + dy);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    case ST_PLOT_DRAG_NONE:
    case ST_PLOT_DRAG_CLICK:
    default:
      break;
    }
}

/* Around nothing: lets go of what is selected. */
static void
select_within (StPlot *self, gboolean add)
{
  StSelection *selection = st_session_get_selection (self->session);
  const guint n = st_selection_get_count (selection);
  g_autofree guint8 *mask = g_new0 (guint8, MAX (n, 1));
  StFigureRequest request = st_plot_make_request (self);
  st_figure_brush (&request, (const StPoint *) (void *) self->lasso->data, self->lasso->len, mask,
                   n);
  st_selection_take (selection, mask, add ? ST_SELECTION_ADD : ST_SELECTION_REPLACE);
}

static void
drag_end (GtkGestureDrag *drag, double dx, double dy, StPlot *self)
{
  if (self->drag == ST_PLOT_DRAG_CLICK)
    st_plot_click_image (self, self->start.x, self->start.y, TRUE);
  if (self->lasso != NULL)
    {
      select_within (self, (state_of (drag) & GDK_CONTROL_MASK) != 0);
      g_clear_pointer (&self->lasso, g_array_unref);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  self->drag = ST_PLOT_DRAG_NONE;
}

static void
drag_cancelled (GtkGesture *drag, GdkEventSequence *sequence, StPlot *self)
{
  g_clear_pointer (&self->lasso, g_array_unref);
  self->drag = ST_PLOT_DRAG_NONE;
}

/* Twice: all of the axes; the level stays what it was before the first click. */
static void
primary_pressed (GtkGestureClick *click, int presses, double x, double y, StPlot *self)
{
  if (presses == 1)
    self->level_before = st_session_get_level (self->session);
  if (presses != 2 || !can_zoom (self))
    return;
  st_session_set_level (self->session, self->level_before);
  self->drag = ST_PLOT_DRAG_NONE;
  st_plot_reset_zoom (self);
}

/* ---- the middle button, fingers, the wheel ---- */

static void
middle_begin (GtkGestureDrag *drag, double x, double y, StPlot *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  st_plot_begin_gesture (self);
  if (!can_zoom (self))
    gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
}

static void
middle_update (GtkGestureDrag *drag, double dx, double dy, StPlot *self)
{
  st_plot_pan (self, self->held, dx, dy, self->gesture);
}

static void
pinch_begin (GtkGesture *pinch, GdkEventSequence *sequence, StPlot *self)
{
  st_plot_begin_gesture (self);
}

static void
pinch_changed (GtkGestureZoom *pinch, double factor, StPlot *self)
{
  double x = self->x, y = self->y;   /* of fingers that are nowhere on the screen */
  if (!can_zoom (self))
    return;
  if (gtk_gesture_is_active (GTK_GESTURE (pinch)))
    gtk_gesture_get_bounding_box_center (GTK_GESTURE (pinch), &x, &y);
  const double places[2] = { x, y };
  StScale shown[2];
  for (guint i = 0; i < 2; i++)
    shown[i] = st_scale_zoom (&self->held[i].shown, &self->held[i].reach, places[i], factor, 0);
  show (self, shown, self->gesture);
}

static gboolean
wheel_turned (GtkEventControllerScroll *wheel, double dx, double dy, StPlot *self)
{
  gboolean which[2];
  st_plot_refresh (self);
  if ((state_of (wheel) & GDK_SHIFT_MASK) || dy == 0 || !axes_at (self, self->x, self->y, which))
    return FALSE;
  const gint64 now = g_get_monotonic_time ();
  if (now - self->wheel_time > WHEEL_MS * 1000)
    st_plot_begin_gesture (self);
  self->wheel_time = now;
  st_plot_zoom_at (self, self->x, self->y, pow (WHEEL_FACTOR, -dy), which, self->gesture);
  return TRUE;
}

/* ---- the pointer ---- */

static gboolean
has_group (StPlot *self, double x, double y)
{
  const guint n = st_selection_get_count (st_session_get_selection (self->session));
  if (!st_figure_can_pick (self->kind))
    return FALSE;
  g_autofree guint8 *mask = g_new0 (guint8, MAX (n, 1));
  StFigureRequest request = st_plot_make_request (self);
  return st_figure_pick (&request, -1, (StPoint) { x, y }, mask, n);
}

static const char *
cursor_at (StPlot *self, double x, double y)
{
  if (is_on_tolerance (self, y))
    return "ns-resize";
  if (self->drag == ST_PLOT_DRAG_PAN)
    return "grabbing";
  if (can_brush (self)
      && st_selection_get_lasso (st_session_get_selection (self->session)))
    return "crosshair";
  return image_at (self, x, y) >= 0 || has_group (self, x, y) ? "pointer" : NULL;
}

/* What lies under the pointer in a scatter, whether an image does or not. */
static void
decode_under (StPlot *self, double x, double y)
{
  StFrame *frame = st_session_get_frame (self->session);
  if (self->kind != ST_FIGURE_SCATTER || frame == NULL || self->figure == NULL
      || !self->figure->axes[0].known)
    return;
  const StRect p = self->figure->plot;
  const double place[2] = { st_scale_value (&self->figure->axes[0].shown, x),
                            st_scale_value (&self->figure->axes[1].shown, y) };
  StDecoding *decoding = st_session_get_decoding (self->session);
  if (x < p.x || x > p.x + p.width || y < p.y || y > p.y + p.height)
    st_decoding_leave (decoding);
  else
    st_decoding_point (decoding, frame, self->column, place);
}

/* Under it no card must come up: it would hide what the menu does not. */
static gboolean
has_menu_open (StPlot *self)
{
  return self->menu != NULL && gtk_widget_get_visible (self->menu);
}

static void
pointer_moved (GtkEventControllerMotion *motion, double x, double y, StPlot *self)
{
  self->x = x;
  self->y = y;
  self->hovers = TRUE;
  if (st_figure_can_read (self->kind))
    st_plot_point (self);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), cursor_at (self, x, y));
  if (self->drag == ST_PLOT_DRAG_NONE && !has_menu_open (self))
    st_selection_point (st_session_get_selection (self->session), (int) image_at (self, x, y));
  decode_under (self, x, y);
}

static void
pointer_left (GtkEventControllerMotion *motion, StPlot *self)
{
  self->hovers = FALSE;
  if (self->kind == ST_FIGURE_SCATTER)
    st_decoding_leave (st_session_get_decoding (self->session));
  if (st_figure_can_read (self->kind))
    st_plot_point (self);
  st_selection_point (st_session_get_selection (self->session), -1);
}

static void
secondary_pressed (GtkGestureClick *click, int presses, double x, double y, StPlot *self)
{
  st_plot_click_image (self, x, y, FALSE);
  st_plot_show_menu (self, x, y);
}

/* ---- all of them ---- */

static GtkGesture *
add_gesture (StPlot *self, GtkGesture *gesture, guint button)
{
  if (button != 0)
    gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), button);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (gesture));
  return gesture;
}

void
st_plot_add_gestures (StPlot *self)
{
  GtkGesture *drag = add_gesture (self, gtk_gesture_drag_new (), GDK_BUTTON_PRIMARY);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancelled), self);

  /* Is asked before the drag, which was added before it. */
  GtkGesture *click = add_gesture (self, gtk_gesture_click_new (), GDK_BUTTON_PRIMARY);
  g_signal_connect (click, "pressed", G_CALLBACK (primary_pressed), self);

  GtkGesture *middle = add_gesture (self, gtk_gesture_drag_new (), GDK_BUTTON_MIDDLE);
  g_signal_connect (middle, "drag-begin", G_CALLBACK (middle_begin), self);
  g_signal_connect (middle, "drag-update", G_CALLBACK (middle_update), self);

  GtkGesture *menu = add_gesture (self, gtk_gesture_click_new (), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (secondary_pressed), self);

  GtkGesture *pinch = add_gesture (self, gtk_gesture_zoom_new (), 0);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_changed), self);

  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  GtkEventController *wheel
    = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect (wheel, "scroll", G_CALLBACK (wheel_turned), self);
  gtk_widget_add_controller (GTK_WIDGET (self), wheel);
}
