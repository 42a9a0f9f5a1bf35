#include "st-pullbacks-private.h"

/* What is made at once of what takes long, so that it is seen to grow, and that something else may
 * go before the rest: steps of a geodesic, pairs for each thread. */
enum { STEPS = 4, PAIRS = 1 };

void
st_product_make (Work *work)
{
  const StPullbackQuery *of = &work->query.of;
  StPool *pool = work->shop->pool;
  const guint32 ends[2] = { (guint32) work->query.ends[0], (guint32) work->query.ends[1] };
  StPullback *metric = NULL;
  StTraversal *traversal = NULL;
  StLatentPath *path = NULL;
  StPairLengths *lengths = NULL;
  switch (work->product)
    {
    case ST_PRODUCT_METRIC:
      work->status = st_pullback_make (of, pool, &work->cancel, &metric);
      work->result = metric;
      break;
    case ST_PRODUCT_TRAVERSAL:
      work->status = st_traversal_make (of, pool, &work->cancel, &traversal);
      work->result = traversal;
      break;
    case ST_PRODUCT_PATH:
      work->status = st_latent_path_make (of, ends, work->from, STEPS, pool, &work->cancel, &path);
      work->result = path;
      break;
    case ST_PRODUCT_LENGTHS:
      work->status = st_pair_lengths_make (of, work->from, PAIRS * st_pool_threads (pool), pool,
                                           &work->cancel, &lengths);
      work->result = lengths;
      break;
    case ST_PRODUCTS:
    default:
      g_assert_not_reached ();
    }
}

gboolean
st_product_is_whole (StProduct product, gconstpointer made)
{
  if (product == ST_PRODUCT_PATH)
    return ((const StLatentPath *) made)->end.ended;
  if (product == ST_PRODUCT_LENGTHS)
    return ((const StPairLengths *) made)->done == ((const StPairLengths *) made)->pairs;
  return TRUE;
}

gpointer
st_product_ref (StProduct product, gpointer made)
{
  switch (made != NULL ? product : ST_PRODUCTS)
    {
    case ST_PRODUCT_METRIC: return st_pullback_ref (made);
    case ST_PRODUCT_TRAVERSAL: return st_traversal_ref (made);
    case ST_PRODUCT_PATH: return st_latent_path_ref (made);
    case ST_PRODUCT_LENGTHS: return st_pair_lengths_ref (made);
    case ST_PRODUCTS:
    default: return NULL;
    }
}

void
st_product_unref (StProduct product, gpointer made)
{
  switch (product)
    {
    case ST_PRODUCT_METRIC: st_pullback_unref (made); break;
    case ST_PRODUCT_TRAVERSAL: st_traversal_unref (made); break;
    case ST_PRODUCT_PATH: st_latent_path_unref (made); break;
    case ST_PRODUCT_LENGTHS: st_pair_lengths_unref (made); break;
    case ST_PRODUCTS:
    default: break;
    }
}
