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
  ST_BOARD_ROWS = 8,
};

/* A row holds one figure, or two side by side. */
typedef struct StBoardRow {
  StFigureKind figure;
  gboolean has_second;
  StFigureKind second;       /* takes the right 60 % */
  gboolean level;            /* one of the group that shares the axis of levels */
  int least, wished;         /* heights */
} StBoardRow;

extern const StBoardRow st_board_rows[];
extern const guint st_board_n_rows;

typedef struct StBoardPlan {
  int column_width;
  guint first, end;          /* rows [first, end) are on the board */
  int y[ST_BOARD_ROWS], height[ST_BOARD_ROWS];
} StBoardPlan;

/* The plan of a board of this size whose first row is `first` (as far as that makes sense). */
StBoardPlan st_board_plan (int width, int height, guint columns, guint first);
