/* A flag that asks work to end at its next chunk boundary. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* after: of what is to be abandoned at its so many-th look, for tests, which time nothing; 0, as it
 * is anywhere else: looks are not counted. */
typedef struct StCancel {
  atomic_bool asked;
  atomic_uint after, looks;
} StCancel;

static inline void st_cancel_ask (StCancel *cancel) { atomic_store (&cancel->asked, true); }
static inline void st_cancel_reset (StCancel *cancel)
{
  atomic_store (&cancel->asked, false);
  atomic_store (&cancel->after, 0);
  atomic_store (&cancel->looks, 0);
}
/* cancel may be NULL: work that nobody can stop. */
static inline bool st_cancel_asked (StCancel *cancel)
{
  if (cancel == NULL)
    return false;
  const unsigned after = atomic_load_explicit (&cancel->after, memory_order_relaxed);
  if (after > 0 && atomic_fetch_add (&cancel->looks, 1) + 1 >= after)
    st_cancel_ask (cancel);
  return atomic_load_explicit (&cancel->asked, memory_order_relaxed);
}
