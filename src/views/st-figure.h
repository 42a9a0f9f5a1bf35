/* Figures: from measured frames to scenes, words and numbers.
 *
 * A figure is three scenes of the same size, painted over each other.  The base holds
 * what stays while a hand drags the level (axes, sweep, names); the overlay what moves
 * with it (playhead, values, and, for figures of one level, the data); the marks what
 * is said of one image, which the pointer moves.  When a new figure is made with the
 * previous one at hand and nothing in the base, or in the overlay, would differ, it
 * shares the previous one, pointer-equal, so a widget may keep its render node.
 *
 * Axes can be zoomed: a request says which part of them is shown, in the data's own
 * values, and the figure says which parts there are.
 *
 * Drawing may reach ST_FIGURE_BLEED beyond the scene's edges (highlights, markers). */
#pragma once

#include <st-embedding.h>
#include <st-figure-pullback.h>
#include <st-figure-tradeoff.h>
#include <st-frame.h>
#include <st-number.h>
#include <st-scale.h>
#include <st-scene.h>
#include <st-style.h>
#include <st-summaries.h>
#include <st-table.h>

enum { ST_FIGURE_GUTTER = 48, ST_FIGURE_BLEED = 6 };

typedef enum StFigureKind
{
  ST_FIGURE_RECONSTRUCTIONS,
  ST_FIGURE_DIFFERENCE,
  ST_FIGURE_CELLS,
  ST_FIGURE_SCATTER,
  ST_FIGURE_SPECTRUM,
  ST_FIGURE_RIBBONS,
  ST_FIGURE_STRATA,
  ST_FIGURE_ANGLES,
  ST_FIGURE_PSNR,
  ST_FIGURE_ISOMETRY,
  ST_FIGURE_PATHS,
  ST_FIGURE_TRADEOFF,
  ST_FIGURE_TRAVERSAL,
  ST_FIGURE_DISTANCES,
  ST_FIGURES,
} StFigureKind;

/* "scatter": the name on the command line and in file names. */
const char *st_figure_id (StFigureKind kind);
gboolean st_figure_from_id (const char *id, StFigureKind *kind);
/* "Latent scatter": translated, in menus, above the figure, and the first half of an accessible
 * name. */
const char *st_figure_name (StFigureKind kind);
/* What it shows and how that is computed, translated: a few sentences. */
const char *st_figure_definition (StFigureKind kind);
/* "Latent scatter, CAE"; caller frees. */
char *st_figure_label (StFigureKind kind, const char *model_title);

/* What latent scatters show. */
typedef struct StFigureEmbeddings
{
  StEmbeddingMethod method;
  StEmbeddingMetric metric;        /* of t-SNE */
  StEmbedding *of[ST_COLUMNS_MAX]; /* by the frame's columns; NULL where there is none yet */
} StFigureEmbeddings;

/* What can be zoomed; the level is one axis in all figures that have it. */
typedef enum StAxis
{
  ST_AXIS_NONE,
  ST_AXIS_SCATTER_X,
  ST_AXIS_SCATTER_Y,
  ST_AXIS_PLACE,                   /* in a spectrum: 0 its first eigenvalue, 1 its last */
  ST_AXIS_EIGENVALUE,
  ST_AXIS_LEVEL,
  ST_AXIS_RANK,
  ST_AXIS_ANGLE,
  ST_AXIS_PSNR,
  ST_AXIS_MSE,
  ST_AXIS_DISTORTION,              /* which one is chosen for all */
  ST_AXES,
} StAxis;

/* x and y of a kind of figure; ST_AXIS_NONE for both where nothing can be zoomed. */
void st_figure_axes (StFigureKind kind, StAxis axes[2]);

/* The part of an axis that is shown; all of it unless low < high. */
typedef struct StSpan { double low, high; } StSpan;

/* What a reconstruction is held against: the clean image, another column's at the same level, or
 * its own at a level that was kept. */
typedef enum StAgainst { ST_AGAINST_CLEAN, ST_AGAINST_COLUMN, ST_AGAINST_LEVEL } StAgainst;

/* A model beside others on one pair of axes: its title, and the index of its colour. */
typedef struct StFigureModel { const char *title; guint index; } StFigureModel;

/* Whether models can share its axes: one value against the level. */
gboolean st_figure_can_overlay (StFigureKind kind);

typedef struct StFigureRequest
{
  StFigureKind kind;
  const StFrame *frame;            /* what is measured; NULL draws an empty figure */
  double stale_epoch;              /* of the weights behind its stale levels; NaN: not known */
  guint column;
  gboolean sample;                 /* the column's latents are samples, whatever the query says */
  double tolerance;
  StSummaries *summaries;          /* shared between figures; NULL: counted here */

  const StStyle *style;
  StNumbers numbers;
  double width, height;            /* of the whole, the gutter within */
  double gutter;                   /* for tick labels at the left; 0: none are drawn */
  gboolean title;                  /* the row's name and direct labels: the first column */
  gboolean level_axis;             /* tick labels below: the last figure of the level group */
  gboolean first_in_group;         /* the playhead begins at the plot, not at the top edge */
  gboolean level_cursor;           /* draw the playhead */
  gboolean still;                  /* on paper: nothing that a hand would take hold of */
  const StFigureEmbeddings *embeddings;   /* NULL: principal axes, which nobody judges */
  const StFigurePullbacks *pullbacks;     /* NULL: nothing is known of them */
  const StFigureTradeoff *tradeoff;       /* NULL: nothing was swept */
  const StFigureDecoded *decoded;  /* what is under the pointer; NULL: nothing */
  gint64 highlighted;              /* position among the images, or -1 */
  guint pointed;                   /* 1 + the image under the pointer, which is marked instead of
                                      the highlighted one; 0: none is */
  gboolean reads;                  /* say what a curve is worth at the pointer, which is there */
  StPoint pointer;
  const guint8 *mask;              /* [n_mask], 1 for images that are selected, the rest grey;
                                      NULL: nothing is.  serial: another one for each other mask */
  guint n_mask;
  guint64 serial;
  StSpan spans[2];                 /* of x and y */
  gboolean own_ticks;              /* without a gutter: ticks of y stand within the panel */
  StAgainst against;               /* of differences */
  guint64 against_column;          /* id and title of a column */
  const char *against_title;
  const StFrame *kept;             /* of a level that was kept; or NULL */
  const char *model_title;
  guint model_index;               /* colour and marker */
  const StFigureModel *overlaid;   /* [frame's columns], large and all on one pair of axes; NULL:
                                      the column alone */

  gboolean caption;                /* stands alone: paper, name, dataset, definitions */
  const char *dataset_line;        /* "Fashion-MNIST test, 200 images, salt-pepper 0.10", in
                                      lines; or NULL */
} StFigureRequest;

/* A place that stands for an image, by its position among the images. */
typedef struct StFigureHit { StRect rect; guint image; } StFigureHit;

/* An axis as it is shown; all of it; and how far out it can be zoomed. */
typedef struct StFigureAxis
{
  gboolean known;
  StScale shown, whole, reach;
} StFigureAxis;

/* Read-only for everybody else.  Places are in the scenes' coordinates. */
typedef struct StFigure
{
  StScene *base, *overlay, *marks;
  StRect plot;                     /* the panel that carries the axes */
  gboolean has_level, has_tolerance;
  StScale level;                   /* x, if has_level */
  StScale tolerance;               /* y, if has_tolerance */
  StFigureAxis axes[2];            /* x and y */
  GArray *hits;                    /* StFigureHit */
  struct StFigureState *state;
} StFigure;

StFigure *st_figure_new (const StFigureRequest *request, StFigure *previous);
StFigure *st_figure_ref (StFigure *figure);
void st_figure_unref (StFigure *figure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StFigure, st_figure_unref)

/* All scenes in one with its words, for files; caller owns. */
StScene *st_figure_scene (const StFigure *figure, const StFigureRequest *request);
/* The image at a place, or -1. */
gint64 st_figure_image_at (const StFigure *figure, double x, double y);

/* The image that is nearest to an image's place in a direction, which is left, right, up or down:
 * (-1, 0), (1, 0), (0, -1), (0, 1); from the plot's middle if the image, or -1, has no place.  -1
 * if there is none. */
gint64 st_figure_image_beside (const StFigure *figure, gint64 image, int dx, int dy);

/* Whether it has something that can be read at the pointer: a curve, a ribbon, a cell. */
gboolean st_figure_can_read (StFigureKind kind);
/* Whether it has nothing to show of a model whose latent is a vector. */
gboolean st_figure_needs_map (StFigureKind kind);

/* Whether images can be selected by drawing around what stands for them. */
gboolean st_figure_can_brush (StFigureKind kind);
/* The same where all models share its axes. */
gboolean st_figure_can_brush_overlaid (StFigureKind kind);
/* mask[n]: 1 for images of which something lies within a polygon, in the figure's coordinates; 0
 * for the others.  Where images are lines, one of their points. */
void st_figure_brush (const StFigureRequest *request, const StPoint *polygon, gsize corners,
                      guint8 *mask, guint n);
/* Whether it has what stands for several images together. */
gboolean st_figure_can_pick (StFigureKind kind);
/* mask[n]: 1 for the images of such a thing: the one at a place, or that of an image unless it is
 * -1.  FALSE where there is none. */
gboolean st_figure_pick (const StFigureRequest *request, gint64 image, StPoint at, guint8 *mask,
                         guint n);
/* mask[n]: 1 for images of the same class, or of the same rank triple now in the request's
 * column.  FALSE, and nothing done, if that is not known. */
gboolean st_figure_same_class (const StFigureRequest *request, guint image, guint8 *mask, guint n);
gboolean st_figure_same_stratum (const StFigureRequest *request, guint image, guint8 *mask,
                                 guint n);

/* A good size for a captioned figure that nobody gave one. */
void st_figure_natural_size (StFigureKind kind, double *width, double *height);

/* What it shows now, in words with numbers; caller frees. */
char *st_figure_description (const StFigureRequest *request);
/* What it shows and how that is computed, where that depends on what is chosen; caller frees. */
char *st_figure_define (const StFigureRequest *request);
/* All numbers that it stands for at the present level, in lines; "" where it has no more to say
 * than its description.  Caller frees. */
char *st_figure_facts (const StFigureRequest *request);
/* The numbers behind it; caller owns. */
StTable *st_figure_table (const StFigureRequest *request);

/* How many images fit side by side into a column of this width without its gutter: what
 * StLiveQuery.visible asks for. */
guint st_figure_visible (double width);
