/* Between the files of a figure: st-figure.c builds it, st-figure-caption.c stands it alone,
 * st-figure-images.c finds images in it, st-figure-words.c says what it shows. */
#pragma once

#include <st-level.h>

struct StFigureState
{
  gatomicrefcount references;
  StFigure *inner;             /* of a captioned figure */
  GByteArray *key;             /* what base depends on */
  GByteArray *overlay_key;     /* what overlay depends on besides */
  GPtrArray *seen;
  StFrame *frame;              /* that overlay is of, kept so that its address stays its own */
};

const StViewClass *st_view_class (StFigureKind kind);
/* Without scenes; the caller owns the reference. */
StFigure *st_figure_alloc (void);
void st_view_init (StView *view, const StFigureRequest *request, StSummaries *summaries);
/* Who draws: the kind's own class, or the one that says why there is nothing to draw. */
const StViewClass *st_view_drawer (const StView *view);
StRect st_view_body (const StFigureRequest *request, const StViewClass *class);

/* As the window shows it.  previous, which may be NULL: its scenes are kept where they hold. */
StFigure *st_figure_plain (const StFigureRequest *request, StFigure *previous,
                           StSummaries *summaries);
/* The plain figure, with all its words, on paper under a head. */
StFigure *st_figure_captioned (const StFigureRequest *request, StSummaries *summaries);
