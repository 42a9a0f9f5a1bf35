#include "window-hands.h"

GtkEventController *
hands_find (GtkWidget *widget, GType type, guint button)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (G_OBJECT_TYPE (controller) == type
          && (button == 0
              || gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) == button))
        return controller;   /* the widget keeps it */
    }
  g_assert_not_reached ();
}

/* What a key does where this widget has the focus. */
gboolean
hands_press (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_autoptr (GtkShortcutTrigger) wanted = gtk_keyval_trigger_new (key, modifiers);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), wanted))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                 gtk_shortcut_get_arguments (shortcut));
        }
    }
  return FALSE;
}

void
hands_move_to (GtkWidget *plot, double x, double y)
{
  g_signal_emit_by_name (hands_find (plot, GTK_TYPE_EVENT_CONTROLLER_MOTION, 0), "motion", x,
                         y);
}

gboolean
hands_turn_wheel (GtkWidget *plot, double x, double y, double clicks)
{
  gboolean handled = FALSE;
  hands_move_to (plot, x, y);
  g_signal_emit_by_name (hands_find (plot, GTK_TYPE_EVENT_CONTROLLER_SCROLL, 0), "scroll",
                         0.0, clicks, &handled);
  return handled;
}

void
hands_drag (GtkWidget *plot, guint button, double x, double y, double dx, double dy)
{
  GtkEventController *gesture = hands_find (plot, GTK_TYPE_GESTURE_DRAG, button);
  g_signal_emit_by_name (gesture, "drag-begin", x, y);
  for (guint i = 1; i <= 4; i++)
    g_signal_emit_by_name (gesture, "drag-update", dx * i / 4, dy * i / 4);
  g_signal_emit_by_name (gesture, "drag-end", dx, dy);
}
