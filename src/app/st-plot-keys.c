/* Keys on a plot, and its menu. */
#include "st-plot-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <st-against.h>
#include <st-images.h>
#include <st-pullback-controls.h>

#define KEY_FACTOR 1.25
/* Of the panel, for each key press. */
#define KEY_PAN 0.1

/* ---- axes ---- */

void
st_plot_reset_zoom (StPlot *self)
{
  StAxis axes[2];
  st_figure_axes (self->kind, axes);
  st_zoom_reset (st_session_get_zoom (self->session), st_plot_get_column_id (self), axes);
}

gboolean
st_plot_can_zoom (StPlot *self)
{
  StAxis axes[2];
  st_figure_axes (self->kind, axes);
  return axes[0] != ST_AXIS_NONE || axes[1] != ST_AXIS_NONE;
}

/* About the chosen image, if it has a place here, else about the middle. */
void
st_plot_zoom (StPlot *self, double factor)
{
  gboolean both[2] = { TRUE, TRUE };
  st_plot_refresh (self);
  const StRect plot = self->figure->plot;
  double x = plot.x + plot.width / 2, y = plot.y + plot.height / 2;
  for (guint i = 0; i < self->figure->hits->len; i++)
    {
      const StFigureHit *hit = &g_array_index (self->figure->hits, StFigureHit, i);
      if ((int) hit->image != st_session_get_selected (self->session))
        continue;
      x = hit->rect.x + hit->rect.width / 2;
      y = hit->rect.y + hit->rect.height / 2;
    }
  st_plot_zoom_at (self, x, y, factor, both, 0);
}

static gboolean
zoom_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  double steps;
  g_variant_get (args, "(d)", &steps);
  if (!st_plot_can_zoom (ST_PLOT (widget)))
    return FALSE;
  st_plot_zoom (ST_PLOT (widget), pow (KEY_FACTOR, steps));
  return TRUE;
}

static gboolean
pan_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  double right, down;
  g_variant_get (args, "(dd)", &right, &down);
  if (!st_plot_can_zoom (self))
    return FALSE;
  st_plot_refresh (self);
  const StRect plot = self->figure->plot;
  /* What is shown moves against the way that one looks. */
  st_plot_pan (self, self->figure->axes, -right * KEY_PAN * plot.width,
               -down * KEY_PAN * plot.height, 0);
  return TRUE;
}

static gboolean
reset_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  if (!st_plot_can_zoom (ST_PLOT (widget)))
    return FALSE;
  st_plot_reset_zoom (ST_PLOT (widget));
  return TRUE;
}

/* ---- images ---- */

/* From image to image: over the scatter's plane, along bars of strata, or along the others. */
static gboolean
step_image (StPlot *self, int dx, int dy)
{
  StImages *images = st_session_get_image_set (self->session);
  const int chosen = st_session_get_selected (self->session);
  if (images == NULL)
    return FALSE;
  if (self->kind == ST_FIGURE_SCATTER || self->kind == ST_FIGURE_RIBBONS)
    {
      st_plot_refresh (self);
      const gint64 beside = st_figure_image_beside (self->figure, chosen, dx, dy);
      if (beside >= 0)
        st_session_set_selected (self->session, (int) beside);
      return TRUE;
    }
  if (dx == 0 || (self->kind != ST_FIGURE_RECONSTRUCTIONS
                  && self->kind != ST_FIGURE_DIFFERENCE && self->kind != ST_FIGURE_CELLS))
    return FALSE;
  int last = (int) st_images_count (images) - 1;
  st_session_set_selected (self->session, CLAMP (chosen + dx, 0, last));
  return TRUE;
}

/* What the chosen image stands in. */
static gboolean
group_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  const int chosen = st_session_get_selected (self->session);
  return chosen >= 0 && st_plot_select_group (self, chosen, 0, 0, FALSE);
}

/* Lets go of the image, then of the selection. */
static gboolean
let_go (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  StSelection *selection = st_session_get_selection (self->session);
  if (st_session_get_selected (self->session) >= 0)
    st_session_set_selected (self->session, -1);
  else if (st_selection_get_mask (selection) != NULL)
    st_selection_clear (selection);
  else
    return FALSE;
  return TRUE;
}

void
st_plot_select_alike (StPlot *self, gboolean stratum)
{
  StSelection *selection = st_session_get_selection (self->session);
  const int image = st_session_get_selected (self->session);
  const guint n = st_selection_get_count (selection);
  g_autofree guint8 *mask = g_new0 (guint8, MAX (n, 1));
  StFigureRequest request = st_plot_make_request (self);
  if (image < 0)
    return;
  if (stratum ? st_figure_same_stratum (&request, (guint) image, mask, n)
              : st_figure_same_class (&request, (guint) image, mask, n))
    st_selection_take (selection, mask, ST_SELECTION_REPLACE);
}

/* ---- level and tolerance ---- */

static gboolean
step_level (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  double step;
  g_variant_get (args, "(d)", &step);
  if ((step == 0.01 || step == -0.01) && step_image (self, step > 0 ? 1 : -1, 0))
    return TRUE;
  if (self->figure == NULL || !self->figure->has_level)
    return FALSE;
  gtk_widget_activate_action_variant (widget, "win.step-level",
                                      g_variant_get_child_value (args, 0));
  return TRUE;
}

static gboolean
step_tolerance (GtkWidget *widget, GVariant *args, gpointer data)
{
  StPlot *self = ST_PLOT (widget);
  double decades;
  g_variant_get (args, "(d)", &decades);
  if (step_image (self, 0, decades > 0 ? -1 : 1))
    return TRUE;
  if (self->figure == NULL || !self->figure->has_tolerance)
    return FALSE;
  st_session_set_tolerance (self->session,
                            st_session_get_tolerance (self->session) * pow (10, decades));
  return TRUE;
}

/* ---- the menu ---- */

static GMenuModel *
make_menu (StPlot *self)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) figure = g_menu_new ();
  g_menu_append (figure, _("Make Large"), "win.large('')");
  g_menu_append (figure, _("All Figures"), "win.all-figures");
  g_menu_append (figure, _("Copy Image"), "win.copy-image");
  g_menu_append (figure, _("Copy Data"), "win.copy-data");
  g_menu_append (figure, _("Export…"), "win.export");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (figure));
  if (st_plot_can_zoom (self))
    {
      g_autoptr (GMenu) view = g_menu_new ();
      g_menu_append (view, _("Reset View"), "win.reset-view");
      g_menu_append (view, _("Link Axes"), "win.link-axes");
      g_menu_append_section (menu, NULL, G_MENU_MODEL (view));
    }
  if (self->kind == ST_FIGURE_DIFFERENCE)
    {
      g_autoptr (GMenuModel) against = st_against_menu ();
      g_menu_append_submenu (menu, _("Difference From"), against);
    }
  g_autoptr (GMenu) images = g_menu_new ();
  g_menu_append (images, _("Pin, or Unpin"), "win.pin");
  g_menu_append (images, _("Select Its Class"), "win.select-class");
  g_menu_append (images, _("Select Its Stratum"), "win.select-stratum");
  g_menu_append (images, _("Select Nothing"), "win.select-none");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (images));
  g_autoptr (GMenuModel) path = st_pullback_controls_path_menu ();
  g_menu_append_section (menu, NULL, path);
  g_autoptr (GMenu) words = g_menu_new ();
  g_menu_append (words, _("What Is This?"), "win.explain");
  if (self->kind == ST_FIGURE_RECONSTRUCTIONS || self->kind == ST_FIGURE_STRATA
      || self->kind == ST_FIGURE_RIBBONS || self->kind == ST_FIGURE_SCATTER)
    g_menu_append (words, _("Why These Ranks?"), "win.why");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (words));
  return G_MENU_MODEL (menu);
}

void
st_plot_show_menu (StPlot *self, double x, double y)
{
  if (self->menu == NULL)
    {
      g_autoptr (GMenuModel) model = make_menu (self);
      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  st_selection_point (st_session_get_selection (self->session), -1);   /* its card would lie below */
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
menu_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  st_plot_show_menu (ST_PLOT (widget), gtk_widget_get_width (widget) / 2.0,
                     gtk_widget_get_height (widget) / 2.0);
  return TRUE;
}

/* ---- all of them ---- */

static void
bind (GtkWidgetClass *class, guint key, GdkModifierType modifiers, GtkShortcutFunc function,
      double step)
{
  gtk_widget_class_add_binding (class, key, modifiers, function, "(d)", step);
}

static void
bind_pan (GtkWidgetClass *class, guint key, double right, double down)
{
  gtk_widget_class_add_binding (class, key, GDK_CONTROL_MASK, pan_key, "(dd)", right, down);
}

void
st_plot_bind_keys (GtkWidgetClass *class)
{
  static const struct { guint key; double steps; } zooms[] = {
    { GDK_KEY_plus, 1 }, { GDK_KEY_equal, 1 }, { GDK_KEY_KP_Add, 1 },
    { GDK_KEY_minus, -1 }, { GDK_KEY_KP_Subtract, -1 } };
  gtk_widget_class_add_binding (class, GDK_KEY_Menu, 0, menu_key, NULL);
  gtk_widget_class_add_binding (class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key, NULL);
  gtk_widget_class_add_binding (class, GDK_KEY_Escape, 0, let_go, NULL);
  gtk_widget_class_add_binding (class, GDK_KEY_Return, 0, group_key, NULL);
  gtk_widget_class_add_binding (class, GDK_KEY_Home, 0, reset_key, NULL);
  gtk_widget_class_add_binding_action (class, GDK_KEY_f, 0, "win.large", "s", "");
  bind (class, GDK_KEY_Left, 0, step_level, -0.01);
  bind (class, GDK_KEY_Right, 0, step_level, 0.01);
  bind (class, GDK_KEY_Left, GDK_SHIFT_MASK, step_level, -0.001);
  bind (class, GDK_KEY_Right, GDK_SHIFT_MASK, step_level, 0.001);
  bind (class, GDK_KEY_Page_Down, 0, step_level, -0.1);
  bind (class, GDK_KEY_Page_Up, 0, step_level, 0.1);
  bind (class, GDK_KEY_Up, 0, step_tolerance, 1);
  bind (class, GDK_KEY_Down, 0, step_tolerance, -1);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    bind (class, zooms[i].key, 0, zoom_key, zooms[i].steps);
  bind_pan (class, GDK_KEY_Left, -1, 0);
  bind_pan (class, GDK_KEY_Right, 1, 0);
  bind_pan (class, GDK_KEY_Up, 0, -1);
  bind_pan (class, GDK_KEY_Down, 0, 1);
}
