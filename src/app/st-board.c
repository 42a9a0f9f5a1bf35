#include <st-board.h>

#include <adwaita.h>
#include <glib/gi18n.h>
#include <st-column-head.h>
#include <st-embedding-controls.h>
#include <st-large-head.h>
#include <st-tradeoff-controls.h>

typedef struct Column {
  GtkWidget *head;                /* NULL where models share axes */
  GtkWidget *plots[ST_FIGURES];   /* NULL for figures that no row shows */
} Column;

struct _StBoard {
  GtkWidget parent_instance;
  StSession *session;
  StSummaries *summaries;
  StSprites *sprites;
  guint columns;
  Column column[ST_COLUMNS_MAX];
  GtkWidget *picture;             /* at the scatter's title; NULL at first */
  GtkWidget *tradeoff;            /* at the trade-off's */
  GtkWidget *more;                /* names the rows that did not fit */
  StBoardFigures figures;         /* that are chosen, and those chosen since the last layout */
  StBoardFigures added;
  int large;                      /* the one that is shown alone; -1: none */
  gboolean overlaid;              /* then with all models on its axes */
  GtkWidget *large_head;
  StBoardRow rows[ST_BOARD_ROWS];
  guint n_rows;
  guint first_row;
  StBoardPlan plan;
  double scrolled;
  StPlot *current;                /* weak */
  guint64 current_id;             /* of its model's column, and which figure it is */
  StFigureKind current_kind;
  guint row_before;               /* the first row, and the plan, before one was made large */
  StBoardPlan plan_before;
};

G_DEFINE_FINAL_TYPE (StBoard, st_board, GTK_TYPE_WIDGET)

/* What stands at the scatter's title, which needs so much for itself. */
enum { PICTURE_HEIGHT = 22, TITLE_ROOM = 94 };

/* Above a figure that is shown alone, which gets all the height there is. */
enum { LARGE_HEAD = 64, LARGE_LEAST = 160, LARGE_WISHED = 100000 };

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
      self->column[i] = (Column) { 0 };
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
      Column *column = &self->column[i];
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

/* ---- layout ---- */

/* The first row with one of these figures, or the number of rows. */
static guint
find_row (StBoard *self, StBoardFigures figures)
{
  guint row = 0;
  while (row < self->n_rows && !(figures & 1u << self->rows[row].figure)
         && !(self->rows[row].has_second && (figures & 1u << self->rows[row].second)))
    row++;
  return row;
}

/* What was just chosen is looked at, so the rows begin with it if it would be below all. */
static void
plan_rows (StBoard *self, int width, int height)
{
  self->plan = st_board_plan (self->rows, self->n_rows, width, height, self->columns,
                              self->first_row);
  const guint row = find_row (self, self->added);
  self->added = 0;
  if (row == self->n_rows || row < self->plan.end)
    return;
  self->first_row = row;
  self->plan = st_board_plan (self->rows, self->n_rows, width, height, self->columns, row);
}

static void
place (GtkWidget *child, gboolean visible, int x, int y, int width, int height)
{
  gtk_widget_set_child_visible (child, visible);
  if (!visible)
    return;
  int least;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_size_allocate (child, &(GtkAllocation) { x, y, MAX (width, least), height }, -1);
}

/* Behind the title of a figure's first column, as far right as that reaches; where it is narrow
 * beyond it, over the next column, which has no title. */
static void
place_controls (GtkWidget *controls, gboolean visible, int x, int y, int width)
{
  int natural;
  gtk_widget_measure (controls, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  const int end = gtk_widget_get_width (gtk_widget_get_parent (controls)) - ST_BOARD_MARGIN;
  const int left = MAX (x + TITLE_ROOM, x + width - natural);
  place (controls, visible, left, y, MIN (natural, MAX (end - left, 0)), PICTURE_HEIGHT);
}

static void
place_row (StBoard *self, guint row, guint i)
{
  const StBoardRow *wanted = &self->rows[row];
  const StBoardPlan *plan = &self->plan;
  gboolean visible = row >= plan->first && row < plan->end;
  gboolean axis = !(row + 1 < plan->end && self->rows[row + 1].level);
  gboolean first = row <= plan->first || !self->rows[row - 1].level;
  int gutter = i == 0 ? ST_BOARD_GUTTER : 0;
  int x = ST_BOARD_GUTTER + (int) i * (plan->column_width + ST_BOARD_GAP);
  int width = plan->column_width;
  int left = wanted->has_second ? width * 4 / 10 : width;

  GtkWidget *plot = self->column[i].plots[wanted->figure];
  StPlotPlace where = { .title = i == 0 && !self->overlaid, .gutter = i == 0, .level_axis = axis,
                        .first_in_group = first };
  st_plot_set_place (ST_PLOT (plot), where);
  place (plot, visible, x - gutter, plan->y[row], left + gutter, plan->height[row]);
  if (wanted->figure == ST_FIGURE_SCATTER && i == 0)
    place_controls (self->picture, visible, x, plan->y[row], left);
  if (wanted->figure == ST_FIGURE_TRADEOFF && i == 0)
    place_controls (self->tradeoff, visible, x, plan->y[row], left);
  if (!wanted->has_second)
    return;
  GtkWidget *second = self->column[i].plots[wanted->second];
  st_plot_set_place (ST_PLOT (second), (StPlotPlace) { .title = i == 0 });
  left += ST_BOARD_GAP;
  place (second, visible, x + left, plan->y[row], width - left, plan->height[row]);
  if (wanted->second == ST_FIGURE_SCATTER && i == 0)
    place_controls (self->picture, visible, x + left, plan->y[row], width - left);
}

static void
append_names (StBoard *self, GString *names, guint first, guint end)
{
  for (guint row = first; row < end; row++)
    {
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "",
                              st_figure_name (self->rows[row].figure));
      if (self->rows[row].has_second)
        g_string_append_printf (names, ", %s", st_figure_name (self->rows[row].second));
    }
}

static void
name_rest (StBoard *self)
{
  gboolean below = self->plan.end < self->n_rows;
  g_autoptr (GString) names = g_string_new (NULL);
  if (below)
    append_names (self, names, self->plan.end, self->n_rows);
  else
    append_names (self, names, 0, self->plan.first);
  g_string_append (names, below ? " ⌄" : " ⌃");
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->more)), names->str) != 0)
    gtk_button_set_label (GTK_BUTTON (self->more), names->str);
}

static void
st_board_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  StBoard *self = ST_BOARD (widget);
  /* Below the large figure's head; and over the room for heads, where models have none. */
  const int top = self->large >= 0 ? LARGE_HEAD : 0, lift = self->overlaid ? ST_BOARD_HEAD : 0;
  plan_rows (self, width, height - top + lift);
  gboolean all = self->plan.first == 0 && self->plan.end == self->n_rows;
  for (guint row = 0; row < self->n_rows; row++)
    self->plan.y[row] += top - lift;

  place (self->large_head, self->large >= 0, ST_BOARD_GUTTER, 0,
         width - ST_BOARD_GUTTER - ST_BOARD_MARGIN, LARGE_HEAD);
  /* Unless there are their figures. */
  gtk_widget_set_child_visible (self->picture, FALSE);
  gtk_widget_set_child_visible (self->tradeoff, FALSE);
  for (guint i = 0; i < self->columns; i++)
    {
      int x = ST_BOARD_GUTTER + (int) i * (self->plan.column_width + ST_BOARD_GAP);
      if (self->column[i].head != NULL)
        place (self->column[i].head, TRUE, x, top, self->plan.column_width, ST_BOARD_HEAD);
      for (guint row = 0; row < self->n_rows; row++)
        place_row (self, row, i);
    }
  if (!all && self->columns > 0)
    name_rest (self);
  place (self->more, !all && self->columns > 0, 0, height - ST_BOARD_MORE, width, ST_BOARD_MORE);
}

static void
st_board_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = across ? 480 : ST_BOARD_HEAD + 180 + ST_BOARD_MORE;
  *natural = across ? 1180 : 780;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_measure (child, orientation, -1, NULL, NULL, NULL, NULL);
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
  const guint row = find_row (self, 1u << figure);
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
