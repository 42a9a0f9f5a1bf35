/* The board: columns are models, rows are figures. */
#pragma once

#include <gtk/gtk.h>
#include <st-plot.h>

#define ST_TYPE_BOARD (st_board_get_type ())
G_DECLARE_FINAL_TYPE (StBoard, st_board, ST, BOARD, GtkWidget)

/* The summaries are borrowed and outlive the board. */
GtkWidget *st_board_new (StSession *session, StSummaries *summaries);
/* The plot that has the focus or had it last; else the first one's strata.  NULL if there is no
 * plot. */
StPlot *st_board_get_current (StBoard *board);
