/* Pictures of the latents of the open document: which kind is chosen, and what there is of it.
 *
 * Asks the embedding worker about the columns of the newest complete frame.  What judges principal
 * axes, and kernel PCA, follow the level by themselves.  A t-SNE is made where a column has none of
 * these images, or of this distance, and then stays as it is, whatever the level and the weights,
 * until st_embeddings_refit().  While a model trains pictures wait, but for one that is not there.
 * Main thread only. */
#pragma once

#include <glib-object.h>
#include <st-figure.h>

#define ST_TYPE_EMBEDDINGS (st_embeddings_get_type ())
G_DECLARE_FINAL_TYPE (StEmbeddings, st_embeddings, ST, EMBEDDINGS, GObject)

/* Signal: "changed" (something else is to be shown).
 * Properties: method and metric, by their names (st-embedding.h). */
StEmbeddings *st_embeddings_new (void);

void st_embeddings_set_method (StEmbeddings *embeddings, StEmbeddingMethod method);
StEmbeddingMethod st_embeddings_get_method (StEmbeddings *embeddings);
void st_embeddings_set_metric (StEmbeddings *embeddings, StEmbeddingMetric metric);
StEmbeddingMetric st_embeddings_get_metric (StEmbeddings *embeddings);

/* A question to the live worker: only a frame that answers it, or a later one, will do, while no
 * model trains. */
void st_embeddings_expect (StEmbeddings *embeddings, guint64 generation);
/* A newer frame, whose reference it takes one of; training: weights still move. */
void st_embeddings_follow (StEmbeddings *embeddings, StFrame *frame, gboolean training);

/* Every t-SNE anew, of the present level, weights and tolerance. */
void st_embeddings_refit (StEmbeddings *embeddings);
/* Whether that would give another picture. */
gboolean st_embeddings_can_refit (StEmbeddings *embeddings);
/* Every t-SNE that is not done ends where it is. */
void st_embeddings_stop (StEmbeddings *embeddings);
gboolean st_embeddings_can_stop (StEmbeddings *embeddings);
/* Whether anything was asked that has no last answer. */
gboolean st_embeddings_is_busy (StEmbeddings *embeddings);
/* Lets a hand that drags have the processors for a moment. */
void st_embeddings_yield (StEmbeddings *embeddings);

/* Whether anybody looks: where nobody does, nothing is asked. */
void st_embeddings_set_watched (StEmbeddings *embeddings, gboolean watched);

/* What is shown, by the columns of the frame that came last; borrowed until the main loop runs. */
const StFigureEmbeddings *st_embeddings_get (StEmbeddings *embeddings);
/* The t-SNE that is under way: of the column with this number, NULL before its first step. */
gboolean st_embeddings_get_running (StEmbeddings *embeddings, guint64 *column,
                                    const StEmbedding **embedding);
