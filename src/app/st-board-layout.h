/* Where the rows of the board go: arithmetic only, without widgets.
 *
 * Columns are models, rows are figures.  Rows that do not fit whole are left out, never cut;
 * the board then shows a button that names the rest. */
#pragma once

#include <st-figure.h>

enum {
  ST_BOARD_GUTTER = ST_FIGURE_GUTTER,
  ST_BOARD_GAP = 16,
  ST_BOARD_MARGIN = 20,
  ST_BOARD_HEAD = 60,
  ST_BOARD_BETWEEN = 8,
  ST_BOARD_MORE = 24,
  ST_BOARD_ROWS = 16,
};

/* A row holds one figure, or two side by side. */
typedef struct StBoardRow {
  StFigureKind figure;
  gboolean has_second;
  StFigureKind second;       /* takes the right 60 % */
  gboolean level;            /* one of the group that shares the axis of levels */
  int least, wished;         /* heights; of rows of the group, wished is its share of it */
  gboolean square;           /* wishes to be as high as its last figure is wide, up to wished */
} StBoardRow;

/* A set of figures: bit 1 << kind of each. */
typedef guint StBoardFigures;

/* What the board shows until somebody chooses otherwise. */
extern const StBoardFigures st_board_usual_figures;

/* The rows of the chosen figures, from the top; how many. */
guint st_board_rows (StBoardFigures figures, StBoardRow rows[ST_BOARD_ROWS]);

typedef struct StBoardPlan {
  int column_width;
  guint first, end;          /* rows [first, end) are on the board */
  int y[ST_BOARD_ROWS], height[ST_BOARD_ROWS];
} StBoardPlan;

/* The plan of a board of this size, of rows[n], whose first row is `first` (as far as that makes
 * sense). */
StBoardPlan st_board_plan (const StBoardRow *rows, guint n, int width, int height, guint columns,
                           guint first);
