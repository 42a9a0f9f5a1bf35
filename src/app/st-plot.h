/* One figure of one model, as a focusable picture with words for those who cannot see it. */
#pragma once

#include <gtk/gtk.h>
#include <st-figure.h>
#include <st-scene-cairo.h>
#include <st-session.h>

#define ST_TYPE_PLOT (st_plot_get_type ())
G_DECLARE_FINAL_TYPE (StPlot, st_plot, ST, PLOT, GtkWidget)

/* Summaries and sprites are shared by the plots of a board, which outlives them. */
GtkWidget *st_plot_new (StSession *session, StSummaries *summaries, StSprites *sprites,
                        StFigureKind kind, guint column);

StFigureKind st_plot_get_kind (StPlot *plot);
guint st_plot_get_column (StPlot *plot);
/* Where in the grid it is. */
typedef struct StPlotPlace {
  gboolean title;            /* the figure's name stands above it: the first column */
  gboolean gutter;           /* room for tick labels at its left */
  gboolean level_axis;       /* tick labels of the level below it */
  gboolean first_in_group;   /* of those that share them */
} StPlotPlace;
void st_plot_set_place (StPlot *plot, StPlotPlace place);
/* All models on its axes, instead of its column's alone. */
void st_plot_set_overlaid (StPlot *plot, gboolean overlaid);
/* Something that it shows has changed. */
void st_plot_update (StPlot *plot);

/* The pointer is on another image, or on none. */
void st_plot_point (StPlot *plot);

/* Zooms in by a factor, and shows all of the axes; where there are none nothing happens. */
gboolean st_plot_can_zoom (StPlot *plot);
void st_plot_zoom (StPlot *plot, double factor);
void st_plot_reset_zoom (StPlot *plot);
guint64 st_plot_get_column_id (StPlot *plot);
/* Selects what is like the chosen image: of its class, or of its stratum in this column. */
void st_plot_select_alike (StPlot *plot, gboolean stratum);

/* The figure standing alone on paper, for a file or the clipboard, in the C locale; caller
 * owns. */
StScene *st_plot_make_scene (StPlot *plot);
StTable *st_plot_make_table (StPlot *plot);
/* What it shows and how that is computed; caller frees. */
char *st_plot_make_definition (StPlot *plot);
/* "Rank strata, CAE"; caller frees. */
char *st_plot_make_label (StPlot *plot);
/* "strata-cae": a name for its file; caller frees. */
char *st_plot_make_file_name (StPlot *plot);
