/* The board: columns are models, rows are figures. */
#pragma once

#include <gtk/gtk.h>
#include <st-board-layout.h>
#include <st-plot.h>

#define ST_TYPE_BOARD (st_board_get_type ())
G_DECLARE_FINAL_TYPE (StBoard, st_board, ST, BOARD, GtkWidget)

/* The summaries are borrowed and outlive the board. */
GtkWidget *st_board_new (StSession *session, StSummaries *summaries);
/* Which figures it shows; the usual ones at first. */
void st_board_set_figures (StBoard *board, StBoardFigures figures);
StBoardFigures st_board_get_figures (StBoard *board);
/* Shows one figure alone, as large as there is room, all models on its axes if it can and that is
 * wanted; or, for -1, those that were chosen. */
void st_board_set_large (StBoard *board, int figure, gboolean overlaid);
int st_board_get_large (StBoard *board);
/* Moves the rows, if they do not all fit, until this figure is among those on the board. */
void st_board_show (StBoard *board, StFigureKind figure);
/* The plot that has the focus or had it last; else the first column's strata, or,
 * where they are not shown, its first figure.  NULL if there is no
 * plot. */
StPlot *st_board_get_current (StBoard *board);
