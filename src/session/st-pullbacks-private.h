/* The pullbacks' insides, for their own files: st-pullbacks.c has what is shown and chosen,
 * st-pullbacks-work.c what is wanted, st-pullbacks-products.c how each of it is made. */
#pragma once

#include <st-pullbacks.h>

/* What is made of a column, the cheap ones first. */
typedef enum StProduct {
  ST_PRODUCT_METRIC,
  ST_PRODUCT_TRAVERSAL,
  ST_PRODUCT_PATH,
  ST_PRODUCT_LENGTHS,
  ST_PRODUCTS,
} StProduct;

/* Threads for what is made, which may outlive the object by one piece of work. */
typedef struct Shop { StPool *pool; } Shop;

/* What a product is of; model NULL: nothing. */
typedef struct StProductQuery {
  StPullbackQuery of;
  int ends[2];               /* of a path; else 0 */
} StProductQuery;

typedef struct Work {
  Shop *shop;
  StProduct product;
  StProductQuery query;
  gpointer from;             /* what it goes on from; or NULL */
  StCancel cancel;
  gpointer result;
  StStatus status;
  gint64 begun, ended;
} Work;

/* What was asked last of one column's product, and what came of it: NULL where that failed. */
typedef struct Made {
  StProductQuery asked;
  gpointer got;
  StStatus status;
} Made;

typedef struct Slot {
  guint64 id;
  Made made[ST_PRODUCTS];
} Slot;

struct _StPullbacks {
  GObject parent_instance;
  Shop *shop;                /* NULL where there are no threads to be had */
  Work *work;                /* under way; it belongs to its job */
  StProduct turn;            /* whose turn it is while a model trains, and none is ever whole */
  StFrame *frame;
  gboolean training;
  guint watched;             /* figures that somebody looks at */
  guint64 expected;          /* generation of the question that a frame is to answer */
  gint64 not_before;         /* on the monotonic clock */
  guint timer;
  Slot slots[ST_COLUMNS_MAX];
  StFigurePullbacks shown;
};

/* Makes a part of it, or all: into result and status. */
void st_product_make (Work *work);
/* Whether there is more to be made of it. */
gboolean st_product_is_whole (StProduct product, gconstpointer made);
gpointer st_product_ref (StProduct product, gpointer made);
void st_product_unref (StProduct product, gpointer made);

/* Shows what the slots have. */
void st_pullbacks_show (StPullbacks *self);
/* Begins what is wanted next, once a hand has rested, or gives up what is wanted no more. */
void st_pullbacks_consider (StPullbacks *self);
/* Whether something is wanted that is not there. */
gboolean st_pullbacks_lack (StPullbacks *self);

void st_pullbacks_clear_made (Slot *slot, StProduct product);
void st_pullbacks_clear_slot (Slot *slot);
/* Frees the threads with the last of their users. */
void st_pullbacks_release_shop (Shop *shop);
