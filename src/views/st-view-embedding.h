/* Private to views: the latent scatter's embedding in words and numbers; st-view-scatter.c
 * draws it. */
#pragma once

#include <st-view.h>

/* What is chosen; principal axes where nothing is. */
StEmbeddingMethod st_view_method (const StView *view);
/* Whether this column's points come from the live worker: its own axes, moved with the level. */
gboolean st_view_is_live (const StView *view, guint column);
/* What is there of a column for the chosen method; for live ones only what judges the points that
 * are shown.  NULL where there is nothing. */
const StEmbedding *st_view_embedding (const StView *view, guint column);
/* Whether this column's t-SNE is of something else than what is chosen now: another level, older
 * weights, another tolerance. */
gboolean st_view_embedding_is_stale (const StView *view);

/* Caller frees all of these.  Why there are no points: a sentence; NULL where there are some. */
char *st_view_embedding_missing (const StView *view);
/* Notes in the panel, in lines: level, iteration, what is stale; "" where there are none. */
char *st_view_embedding_notes (const StView *view);
/* "T 0.971, C 0.983", "T …, C …" while it is computed; NULL where nobody judges. */
char *st_view_embedding_trust (const StView *view, gboolean whole_words);
/* The shares of axes, or distance, perplexity and KL: from many words (0) to few (2). */
char *st_view_embedding_facts (const StView *view, guint brevity);
/* What the picture is and how its numbers are defined. */
char *st_view_embedding_define (const StView *view);
/* ", t-SNE of …": all of it, for those who cannot see it. */
void st_view_embedding_describe (const StView *view, GString *out);

/* "tsne_frobenius_", with which names of columns in tables begin; "" for principal axes. */
char *st_view_embedding_prefix (const StView *view);
