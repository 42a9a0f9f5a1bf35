/* A plot's insides, for its own files: st-plot.c has the picture and its words, st-plot-hands.c
 * pointer and fingers, st-plot-keys.c keys and the menu. */
#pragma once

#include <st-plot.h>

/* What the primary button moves. */
typedef enum StPlotDrag {
  ST_PLOT_DRAG_NONE,
  ST_PLOT_DRAG_LEVEL,
  ST_PLOT_DRAG_TOLERANCE,
  ST_PLOT_DRAG_CLICK,        /* not moved yet: an image, or the start of a pan */
  ST_PLOT_DRAG_PAN,
  ST_PLOT_DRAG_RECTANGLE,
  ST_PLOT_DRAG_LASSO,
} StPlotDrag;

/* A scene, and the node that it was painted into. */
typedef struct Painted {
  StScene *scene;
  GskRenderNode *node;
} Painted;

struct _StPlot {
  GtkWidget parent_instance;

  StSession *session;
  StSummaries *summaries;
  StSprites *sprites;
  StFigureKind kind;
  guint column;
  StPlotPlace place;
  gboolean overlaid;           /* with all models on its axes, which are these */
  StFigureModel models[ST_COLUMNS_MAX];

  StFigure *figure;
  gboolean stale;              /* the figure is older than what it should show */
  Painted base, overlay, marks;

  StPlotDrag drag;
  StPoint start;               /* where it began */
  StFigureAxis held[2];        /* the axes when a drag or a pinch began */
  guint gesture;               /* its number, for the way that zoom remembers */
  gint64 wheel_time;           /* of the wheel's last click */
  double level_before;         /* the first click of two */
  GArray *lasso;               /* StPoint, while one is drawn */
  gboolean hovers;             /* the pointer is here */
  double x, y;                 /* where it is, or was */

  gboolean untold;             /* the description is older than the figure */
  guint description_timer;
  GtkWidget *menu;
};

/* Makes the figure anew if it is older than what it should show. */
void st_plot_refresh (StPlot *plot);
StFigureRequest st_plot_make_request (StPlot *plot);

void st_plot_add_gestures (StPlot *plot);
/* Zooms about a place: x, y or both axes. */
void st_plot_zoom_at (StPlot *plot, double x, double y, double factor, gboolean axes[2],
                      guint gesture);
/* Moves what is shown by so many pixels. */
void st_plot_pan (StPlot *plot, const StFigureAxis from[2], double dx, double dy, guint gesture);
/* Keeps the axes as they are now; the gesture's number. */
guint st_plot_begin_gesture (StPlot *plot);
/* A click on an image chooses it; where `toggle`, one more lets go of it. */
gboolean st_plot_click_image (StPlot *plot, double x, double y, gboolean toggle);
/* Selects what stands together: with an image, or where that is -1 at a place.  FALSE where nothing
 * does. */
gboolean st_plot_select_group (StPlot *plot, gint64 image, double x, double y, gboolean add);

void st_plot_bind_keys (GtkWidgetClass *class);
void st_plot_show_menu (StPlot *plot, double x, double y);
