/* A flag that asks work to end at its next chunk boundary. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct StCancel { atomic_bool asked; } StCancel;

static inline void st_cancel_ask (StCancel *cancel) { atomic_store (&cancel->asked, true); }
static inline void st_cancel_reset (StCancel *cancel) { atomic_store (&cancel->asked, false); }
/* cancel may be NULL: work that nobody can stop. */
static inline bool st_cancel_asked (StCancel *cancel)
{
  return cancel != NULL && atomic_load_explicit (&cancel->asked, memory_order_relaxed);
}
