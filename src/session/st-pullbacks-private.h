/* The pullbacks' insides, for their own files: st-pullbacks.c has what is shown and chosen,
 * st-pullbacks-work.c what is wanted, and the jobs that make it. */
#pragma once

#include <st-pullbacks.h>

/* Threads for what is made, which may outlive the object by one piece of work. */
typedef struct Shop { StPool *pool; } Shop;

/* A metric, or where its model is NULL a path. */
typedef struct Work {
  Shop *shop;
  StPullbackQuery query;
  StPathQuery path;
  StCancel cancel;
  StPullback *result;
  StLatentPath *path_result;
  StStatus status;
  gint64 begun, ended;
} Work;

/* What one column was asked last, and what came of it: NULL where that failed. */
typedef struct Slot {
  guint64 id;
  StPullbackQuery asked;     /* model NULL: nothing */
  StPullback *got;
  StStatus status;
  StPathQuery path_asked;    /* the same of the path */
  StLatentPath *path;
  StStatus path_status;
} Slot;

struct _StPullbacks {
  GObject parent_instance;
  Shop *shop;                /* NULL where there are no threads to be had */
  Work *work;                /* under way; it belongs to its job */
  StFrame *frame;
  gboolean training;
  gboolean scatter, isometry, paths;   /* looked at */
  guint64 expected;          /* generation of the question that a frame is to answer */
  gint64 not_before;         /* on the monotonic clock */
  guint timer;
  Slot slots[ST_COLUMNS_MAX];
  StFigurePullbacks shown;
};

/* Shows what the slots have. */
void st_pullbacks_show (StPullbacks *self);
/* Begins what is wanted next, once a hand has rested, or gives up what is wanted no more. */
void st_pullbacks_consider (StPullbacks *self);
/* Whether something is wanted that is not there. */
gboolean st_pullbacks_lack (StPullbacks *self);

void st_pullbacks_clear_slot (Slot *slot);
void st_pullbacks_clear_path (Slot *slot);
/* Frees the threads with the last of their users. */
void st_pullbacks_release_shop (Shop *shop);
