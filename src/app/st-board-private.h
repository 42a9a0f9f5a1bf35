/* The board's insides, for its own files: st-board.c has its children and what they follow,
 * st-board-place.c where they stand. */
#pragma once

#include <st-board.h>

typedef struct StBoardColumn {
  GtkWidget *head;                /* NULL where models share axes */
  GtkWidget *plots[ST_FIGURES];   /* NULL for figures that no row shows */
} StBoardColumn;

struct _StBoard {
  GtkWidget parent_instance;
  StSession *session;
  StSummaries *summaries;
  StSprites *sprites;
  guint columns;
  StBoardColumn column[ST_COLUMNS_MAX];
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

void st_board_size_allocate (GtkWidget *board, int width, int height, int baseline);
void st_board_measure (GtkWidget *board, GtkOrientation orientation, int for_size, int *minimum,
                       int *natural, int *minimum_baseline, int *natural_baseline);
/* The first row with one of these figures, or the number of rows. */
guint st_board_find_row (StBoard *self, StBoardFigures figures);
