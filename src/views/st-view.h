/* Private to views: how one kind of figure is drawn.
 *
 * st-figure.c makes a StView, draws the title line, and calls the kind's layout (always:
 * it fixes axes and says what the base depends on), base and overlay (unless those of the
 * previous figure still hold), and marks. */
#pragma once

#include <st-figure.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

enum { ST_VIEW_TITLE = 24, ST_VIEW_GROUP_TITLE = 22, ST_VIEW_FOOT = 18, ST_VIEW_LEVEL_FOOT = 20 };

typedef struct StView
{
  const StFigureRequest *request;
  const struct StViewClass *class;   /* of the kind that is asked for, whoever draws it */
  const StStyle *style;
  const StFrame *frame;        /* or NULL */
  StSummaries *summaries;
  StColour colour;             /* the model's */
  StRect body;                 /* right of the gutter, between title line and foot */
  StScale y;                   /* the kind's value axis, if it has one */
  StFigure *figure;
  StSceneBuilder *base, *overlay, *marks;
  GArray *knocks;              /* StRect: texts that the playhead leaves free */
  GByteArray *key;             /* what the base depends on: equal bytes, equal base */
  GByteArray *overlay_key;     /* what the overlay depends on besides, and besides the frame */
  GPtrArray *seen;             /* StResult, kept so that their addresses stay their own */
} StView;

/* Which image an overlay depends on: none; the highlighted one; or that, but the one under the
 * pointer if there is one. */
typedef enum StViewFollows
{
  ST_VIEW_FOLLOWS_NONE,
  ST_VIEW_FOLLOWS_HIGHLIGHTED,
  ST_VIEW_FOLLOWS_MARKED,
} StViewFollows;

typedef struct StViewClass
{
  const char *id, *name, *definition;   /* the name is everywhere the same */
  gboolean level_group, foot;
  const struct StViewCurve *curve;   /* how models share its axes (st-level.h); NULL: they cannot */
  gboolean any_latent;            /* also of a model whose latent is a vector */
  double height;                  /* that it likes when it stands alone; 0: that of most */
  gboolean whole;                 /* about all images at once: none can be picked out */
  StAxis axes[2];
  StViewFollows follows;
  void (*layout) (StView *view);
  void (*base) (StView *view);
  void (*ticks) (StView *view);   /* what base writes into the gutter; may be NULL */
  void (*overlay) (StView *view);
  void (*marks) (StView *view);   /* may be NULL */
  void (*read) (StView *view);    /* what is at the pointer, into the marks; may be NULL */
  /* Which images a polygon touches; NULL: those whose hits' middles it holds. */
  void (*brush) (StView *view, const StPoint *polygon, gsize corners, guint8 *mask, guint n);
  /* Of what stands for several images: those of the place, or those with an image where that is
   * not -1; may be NULL. */
  gboolean (*pick) (StView *view, gint64 image, StPoint at, guint8 *mask, guint n);
  void (*describe) (StView *view, GString *out);
  void (*facts) (StView *view, GString *out);   /* all numbers, in lines; may be NULL */
  StTable *(*table) (StView *view);
  char *(*define) (const StView *view);   /* where the definition depends on what is chosen */
} StViewClass;

extern const StViewClass st_view_vector, st_view_overlaid;
extern const StViewClass st_view_reconstructions, st_view_difference, st_view_cells, st_view_scatter,
  st_view_spectrum, st_view_ribbons, st_view_strata, st_view_angles, st_view_psnr,
  st_view_isometry, st_view_paths, st_view_tradeoff_class, st_view_traversal, st_view_distances;

/* Something that the base depends on. */
void st_view_key (StView *view, gconstpointer data, gsize size);
/* Something that only the overlay depends on, and that is not of the frame. */
void st_view_key_overlay (StView *view, gconstpointer data, gsize size);
void st_view_key_result (StView *view, StResult *result);

/* This column's result at the present level, and at level j of the grid; NULL where none is. */
StResult *st_view_now (const StView *view);
StResult *st_view_sweep (const StView *view, guint column, guint j);
/* This column's result at level 0, fresh; NULL. */
StResult *st_view_clean (const StView *view);
guint st_view_levels (const StView *view);
double st_view_level (const StView *view, guint j);
gboolean st_view_stale (const StView *view, guint column, guint j);
const StSummary *st_view_summary (const StView *view, StResult *result);
guint st_view_columns (const StView *view);
/* Whether the latent of any column's model is a map; the view must have a frame. */
gboolean st_view_any_unfolds (const StView *view);

/* Rank triple of an image, which must have been measured, and "7,7,48". */
StTriple st_view_triple (const StView *view, const StResult *result, guint image);
char *st_view_triple_words (StTriple triple);
/* The image to be marked, or -1: that under the pointer, else the highlighted one. */
gint64 st_view_marked_image (const StView *view);
/* The same if the result, which may be NULL, has it; else -1. */
gint64 st_view_marked (const StView *view, const StResult *result);
/* The highlighted image if the result, which may be NULL, has it; else -1. */
gint64 st_view_highlighted (const StView *view, const StResult *result);
/* Whether something is selected, and whether this image is and is not. */
gboolean st_view_selects (const StView *view);
gboolean st_view_is_selected (const StView *view, guint image);
gboolean st_view_is_aside (const StView *view, guint image);
/* What is not selected: grey, and as strong as given. */
StColour st_view_aside_colour (const StView *view, double strength);
/* Whether a rectangle holds a place. */
gboolean st_view_holds (StRect rect, StPoint at);
gboolean st_view_inside (const StPoint *polygon, gsize corners, double x, double y);

/* ", image 17": how it is spoken of, by its number in its file. */
void st_view_append_image (const StView *view, GString *out, guint image);
/* Pictures into the overlay: bytes or floats from 0 to 1, channel outermost.  smooth: as in
 * st_scene_image(). */
void st_view_bytes (StView *view, const guint8 *bytes, StShape shape, StRect rect, gboolean smooth);
void st_view_floats (StView *view, const float *values, StShape shape, StRect rect,
                     gboolean smooth);

/* The text in lines not wider than `width` where words allow it; char *. */
GPtrArray *st_view_break_lines (const char *text, const StTextStyle *style, double width);
/* What stands in the middle of a figure that has nothing to show, into the base. */
void st_view_sentence (StView *view, const char *words);

/* Type of the figures. */
StTextStyle st_view_tick_style (const StView *view, StAlign align);   /* 11, dim */
StTextStyle st_view_label_style (const StView *view, StAlign align);  /* 11, model's colour */
/* The part of x (0) or y (1) that the request wants of the whole axis, which it can be zoomed out
 * to `beyond` times of; tells the figure. */
StScale st_view_zoom (StView *view, guint axis, const StScale *whole, double beyond);
/* The part that the request wants, without telling. */
StScale st_view_span (const StView *view, guint axis, const StScale *whole);
gboolean st_view_is_zoomed (const StView *view, guint axis);
/* Whether y has ticks here: in the gutter, or within. */
gboolean st_view_has_ticks (const StView *view);
/* A label in the gutter, right-aligned, kept inside [top, bottom]; without a gutter
 * within the panel, at its left. */
void st_view_gutter_label (StView *view, StSceneBuilder *builder, double y, double top,
                           double bottom, const char *text);
/* Ticks of the y axis in the gutter. */
void st_view_y_ticks (StView *view, StRect panel, guint most, char *(*format) (StNumbers, double));

/* Present values at the right of the title line: number strong, the rest dim; either may be
 * NULL.  Drawn from the right: call with the last one first. */
typedef struct StValueLine { double right; } StValueLine;
StValueLine st_view_values (StView *view);
void st_view_value (StView *view, StValueLine *line, const char *text, gboolean strong);
/* What one takes of the line, and whether so much is left of it beside the figure's name. */
double st_view_value_width (const char *text, gboolean strong);
gboolean st_view_has_room (const StView *view, const StValueLine *line, double width);
/* "first 1,000", if a summary is not to count all images; and in words. */
void st_view_part (StView *view, StValueLine *line, const StSummary *summary);
void st_view_append_part (const StView *view, GString *out, const StSummary *summary);
/* The same of `count` of `all` images, where these are fewer. */
void st_view_first (StView *view, StValueLine *line, guint count, guint all);
void st_view_append_first (const StView *view, GString *out, guint count, guint all);
/* "64 of 200", if some are not all; if a result is partial.  Shorter, or nothing, where there is no
 * room for it. */
void st_view_some (StView *view, StValueLine *line, guint some, guint all);
void st_view_partial (StView *view, StValueLine *line, const StResult *result);
