/* Hands on widgets, by what their controllers are told. */
#pragma once

#include "window-fixture.h"

/* A widget's controller of a type, of gestures that of a button unless it is 0; it must be there. */
GtkEventController *hands_find (GtkWidget *widget, GType type, guint button);
/* What a key does where this widget has the focus. */
gboolean hands_press (GtkWidget *widget, guint key, GdkModifierType modifiers);
void hands_move_to (GtkWidget *plot, double x, double y);
gboolean hands_turn_wheel (GtkWidget *plot, double x, double y, double clicks);
void hands_drag (GtkWidget *plot, guint button, double x, double y, double dx, double dy);
