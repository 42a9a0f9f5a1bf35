#include "st-board-private.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <st-column-head.h>
#include <st-embedding-controls.h>
#include <st-large-head.h>
#include <st-tradeoff-controls.h>

G_DEFINE_FINAL_TYPE (StBoard, st_board, GTK_TYPE_WIDGET)

/* A figure that is shown alone gets all the height there is. */
enum { LARGE_LEAST = 160, LARGE_WISHED = 100000 };

/* ---- children ---- */

static void
set_current (StBoard *self, StPlot *plot)
{
  g_set_weak_pointer (&self->current, plot);
  self->current_id = st_plot_get_column_id (plot);
  self->current_kind = st_plot_get_kind (plot);
}

static void
focus_entered (GtkEventControllerFocus *controller, StBoard *self)
{
  set_current (self, ST_PLOT (gtk_event_controller_get_widget (
                       GTK_EVENT_CONTROLLER (controller))));
}

static GtkWidget *
add_plot (StBoard *self, StFigureKind kind, guint column)
{
  GtkWidget *plot = st_plot_new (self->session, self->summaries, self->sprites, kind, column);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect (focus, "enter", G_CALLBACK (focus_entered), self);
  gtk_widget_add_controller (plot, focus);
  gtk_widget_insert_before (plot, GTK_WIDGET (self), self->picture);   /* which is above it */
  return plot;
}

static void
clear_columns (StBoard *self)
{
  for (guint i = 0; i < self->columns; i++)
    {
      g_clear_pointer (&self->column[i].head, gtk_widget_unparent);
      for (guint kind = 0; kind < ST_FIGURES; kind++)
        g_clear_pointer (&self->column[i].plots[kind], gtk_widget_unparent);
      self->column[i] = (StBoardColumn) { 0 };
    }
  self->columns = 0;
  g_clear_weak_pointer (&self->current);   /* an event may keep it for a while */
}

/* Those of the chosen figures that can show something of a shown model: where all latents are
 * vectors, strata and spectra would only say that there are none. */
static StBoardFigures
useful_figures (StBoard *self)
{
  StBoardFigures useful = self->figures;
  for (guint i = 0; i < ST_COLUMNS_MAX; i++)
    {
      StColumn *column = st_session_get_shown_column (self->session, i);
      if (column != NULL && st_kind_unfolds (st_model_spec (st_column_get_model (column))->kind))
        return self->figures;
    }
  if (st_session_get_shown_column (self->session, 0) == NULL)
    return self->figures;
  for (guint kind = 0; kind < ST_FIGURES; kind++)
    if (st_figure_needs_map ((StFigureKind) kind))
      useful &= ~(1u << kind);
  return useful != 0 ? useful : self->figures;
}

/* One figure, or those that were chosen. */
static void
choose_rows (StBoard *self)
{
  gtk_widget_set_child_visible (self->large_head, self->large >= 0);
  if (self->large < 0)
    {
      self->n_rows = st_board_rows (useful_figures (self), self->rows);
      return;
    }
  self->rows[0] = (StBoardRow) { .figure = (StFigureKind) self->large, .least = LARGE_LEAST,
                                 .wished = LARGE_WISHED };
  self->n_rows = 1;
}

/* What nobody sees need not be made. */
static void
tell_watched (StBoard *self)
{
  StBoardFigures figures = 0;
  for (guint i = 0; i < self->n_rows; i++)
    {
      figures |= 1u << self->rows[i].figure;
      if (self->rows[i].has_second)
        figures |= 1u << self->rows[i].second;
    }
  st_pullbacks_set_watched (st_session_get_pullbacks (self->session), figures);
}

/* The same figure of the same model, wherever its column has moved to. */
static void
find_current (StBoard *self, gboolean focused)
{
  for (guint i = 0; i < self->columns; i++)
    {
      StColumn *column = st_session_get_shown_column (self->session, i);
      GtkWidget *plot = self->column[i].plots[self->current_kind];
      if (plot == NULL || column == NULL || st_column_get_id (column) != self->current_id)
        continue;
      set_current (self, ST_PLOT (plot));
      if (focused)
        gtk_widget_grab_focus (plot);
      return;
    }
}

static void
rebuild (StBoard *self)
{
  const gboolean known = self->current != NULL;
  const gboolean focused = known && gtk_widget_has_focus (GTK_WIDGET (self->current));
  clear_columns (self);
  choose_rows (self);
  tell_watched (self);
  const guint most = self->overlaid ? 1 : ST_COLUMNS_MAX;
  while (self->columns < most
         && st_session_get_shown_column (self->session, self->columns) != NULL)
    {
      guint i = self->columns++;
      StBoardColumn *column = &self->column[i];
      if (!self->overlaid)
        {
          column->head = st_column_head_new (self->session, self->summaries, i);
          gtk_widget_insert_before (column->head, GTK_WIDGET (self), self->picture);
        }
      for (guint row = 0; row < self->n_rows; row++)
        {
          const StBoardRow *wanted = &self->rows[row];
          column->plots[wanted->figure] = add_plot (self, wanted->figure, i);
          st_plot_set_overlaid (ST_PLOT (column->plots[wanted->figure]), self->overlaid);
          if (wanted->has_second)
            column->plots[wanted->second] = add_plot (self, wanted->second, i);
        }
    }
  if (known)
    find_current (self, focused);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
update (StBoard *self)
{
  for (guint i = 0; i < self->columns; i++)
    {
      if (self->column[i].head != NULL)
        st_column_head_update (ST_COLUMN_HEAD (self->column[i].head));
      for (guint kind = 0; kind < ST_FIGURES; kind++)
        if (self->column[i].plots[kind] != NULL)
          st_plot_update (ST_PLOT (self->column[i].plots[kind]));
    }
}

static void
define_large (StBoard *self)
{
  StPlot *plot = st_board_get_current (self);
  if (self->large < 0 || plot == NULL)
    return;
  g_autofree char *definition = st_plot_make_definition (plot);
  st_large_head_set (ST_LARGE_HEAD (self->large_head), (StFigureKind) self->large, definition);
}

static void
update_kind (StBoard *self, StFigureKind kind)
{
  for (guint i = 0; i < self->columns; i++)
    if (self->column[i].plots[kind] != NULL)
      st_plot_update (ST_PLOT (self->column[i].plots[kind]));
  if (self->large == (int) kind)
    define_large (self);
}

static void
update_scatters (StBoard *self)
{
  update_kind (self, ST_FIGURE_SCATTER);
}

/* Each figure of isometry shows all columns' values. */
static void
update_pullbacks (StBoard *self)
{
  update_kind (self, ST_FIGURE_SCATTER);
  update_kind (self, ST_FIGURE_ISOMETRY);
  update_kind (self, ST_FIGURE_PATHS);
  update_kind (self, ST_FIGURE_TRADEOFF);
  update_kind (self, ST_FIGURE_TRAVERSAL);
  update_kind (self, ST_FIGURE_DISTANCES);
}

static void
update_tradeoff (StBoard *self)
{
  update_kind (self, ST_FIGURE_TRADEOFF);
  gtk_widget_queue_allocate (GTK_WIDGET (self));   /* its controls are as wide as their words */
}

/* What is decoded under the pointer is among the marks. */
static void
update_decoded (StBoard *self)
{
  for (guint i = 0; i < self->columns; i++)
    if (self->column[i].plots[ST_FIGURE_SCATTER] != NULL)
      st_plot_point (ST_PLOT (self->column[i].plots[ST_FIGURE_SCATTER]));
}

/* Only marks move with the pointer. */
static void
point (StBoard *self)
{
  for (guint i = 0; i < self->columns; i++)
    for (guint kind = 0; kind < ST_FIGURES; kind++)
      if (self->column[i].plots[kind] != NULL)
        st_plot_point (ST_PLOT (self->column[i].plots[kind]));
}

/* ---- scrolling by rows ---- */

static void
show_from (StBoard *self, guint row)
{
  if (row == self->first_row)
    return;
  self->first_row = row;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
more_clicked (GtkButton *button, StBoard *self)
{
  show_from (self, self->plan.end < self->n_rows ? self->plan.first + 1 : 0);
}

static gboolean
scrolled (GtkEventControllerScroll *controller, double dx, double dy, StBoard *self)
{
  self->scrolled += dy;
  if (self->scrolled >= 1 && self->plan.end < self->n_rows)
    show_from (self, self->plan.first + 1);
  else if (self->scrolled <= -1 && self->plan.first > 0)
    show_from (self, self->plan.first - 1);
  if (self->scrolled >= 1 || self->scrolled <= -1)
    self->scrolled = 0;
  return TRUE;
}

/* ---- object ---- */

static void
st_board_dispose (GObject *object)
{
  StBoard *self = ST_BOARD (object);
  clear_columns (self);
  g_clear_pointer (&self->picture, gtk_widget_unparent);
  g_clear_pointer (&self->tradeoff, gtk_widget_unparent);
  g_clear_pointer (&self->large_head, gtk_widget_unparent);
  g_clear_pointer (&self->more, gtk_widget_unparent);
  g_clear_weak_pointer (&self->current);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (st_board_parent_class)->dispose (object);
}

static void
st_board_finalize (GObject *object)
{
  st_sprites_free (ST_BOARD (object)->sprites);
  G_OBJECT_CLASS (st_board_parent_class)->finalize (object);
}

static void
st_board_class_init (StBoardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = st_board_dispose;
  G_OBJECT_CLASS (class)->finalize = st_board_finalize;
  widget_class->measure = st_board_measure;
  widget_class->size_allocate = st_board_size_allocate;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.all-figures", NULL);
  gtk_widget_class_set_css_name (widget_class, "board");
}

static void
st_board_init (StBoard *self)
{
  self->figures = st_board_usual_figures;
  self->large = -1;
  self->sprites = st_sprites_new ();
  self->more = gtk_button_new_with_label ("");
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_add_css_class (self->more, "more");
  gtk_widget_set_tooltip_text (self->more, _("Show the Other Rows; the Wheel Does Over Titles and "
                                             "Pictures, and With Shift Anywhere"));
  gtk_widget_set_parent (self->more, GTK_WIDGET (self));
  self->large_head = st_large_head_new ();
  gtk_widget_insert_before (self->large_head, GTK_WIDGET (self), self->more);
  g_signal_connect (self->more, "clicked", G_CALLBACK (more_clicked), self);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);

  GtkEventController *scroll
    = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

GtkWidget *
st_board_new (StSession *session, StSummaries *summaries)
{
  StBoard *self = g_object_new (ST_TYPE_BOARD, NULL);
  self->summaries = summaries;
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "frame", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "columns", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::selected", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  StSelection *selection = st_session_get_selection (session);
  g_signal_connect_object (selection, "pointed", G_CALLBACK (point), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_zoom (session), "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_embeddings (session), "changed",
                           G_CALLBACK (update_scatters), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_pullbacks (session), "changed",
                           G_CALLBACK (update_pullbacks), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_tradeoffs (session), "changed",
                           G_CALLBACK (update_tradeoff), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (st_session_get_decoding (session), "changed",
                           G_CALLBACK (update_decoded), self, G_CONNECT_SWAPPED);
  self->picture = st_embedding_controls_new (session);
  gtk_widget_insert_before (self->picture, GTK_WIDGET (self), self->more);
  self->tradeoff = st_tradeoff_controls_new (session);
  gtk_widget_insert_before (self->tradeoff, GTK_WIDGET (self), self->more);
  rebuild (self);
  return GTK_WIDGET (self);
}

void
st_board_set_figures (StBoard *self, StBoardFigures figures)
{
  if (figures == self->figures)
    return;
  /* Not at the start, when those come back that were shown last. */
  self->added = gtk_widget_get_mapped (GTK_WIDGET (self)) ? figures & ~self->figures : 0;
  self->figures = figures;
  self->first_row = 0;
  rebuild (self);
}

StBoardFigures
st_board_get_figures (StBoard *self)
{
  return self->figures;
}

void
st_board_set_large (StBoard *self, int figure, gboolean overlaid)
{
  overlaid = overlaid && figure >= 0 && st_figure_can_overlay ((StFigureKind) figure);
  if (figure == self->large && overlaid == self->overlaid)
    return;
  const int before = self->large;
  if (before < 0)
    {
      self->row_before = self->first_row;
      self->plan_before = self->plan;
    }
  self->large = figure;
  self->overlaid = overlaid;
  self->first_row = figure >= 0 ? 0 : self->row_before;
  rebuild (self);
  define_large (self);
  StPlot *plot = st_board_get_current (self);
  if (figure < 0 && before >= 0)
    {
      /* Back among the others it is still the one that is looked at. */
      self->plan = self->plan_before;
      st_board_show (self, (StFigureKind) before);
      if (self->columns > 0 && self->column[0].plots[before] != NULL)
        plot = ST_PLOT (self->column[0].plots[before]);
    }
  if ((figure >= 0 || before >= 0) && plot != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (plot));
}

int
st_board_get_large (StBoard *self)
{
  return self->large;
}

void
st_board_show (StBoard *self, StFigureKind figure)
{
  const guint row = st_board_find_row (self, 1u << figure);
  if (row < self->n_rows && (row < self->plan.first || row >= self->plan.end))
    show_from (self, row);
}

StPlot *
st_board_get_current (StBoard *self)
{
  if (self->current != NULL)
    return self->current;
  if (self->columns == 0 || self->n_rows == 0)
    return NULL;
  GtkWidget *strata = self->column[0].plots[ST_FIGURE_STRATA];
  return ST_PLOT (strata != NULL ? strata : self->column[0].plots[self->rows[0].figure]);
}
