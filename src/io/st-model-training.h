/* What a model file's metadata say of its training, for going on with it. */
#pragma once

#include <st-model-io.h>

/* lambda and isometry, of the MLP kinds that have the term, and of others where lambda is not 0:
 * they say what kind of model it is, gone on with or not. */
void st_model_describe_isometry (const StTrainOptions *options, GHashTable *metadata);
/* Those, loss, batch, learning_rate, beta, images, and sigma where it is not learned. */
void st_model_describe_training (const StTrainOptions *options, guint images,
                                 GHashTable *metadata);
/* The net, and what of the above is there; the rest stays.  FALSE if the options would make no
 * sense: they may have been changed then. */
gboolean st_model_read_training (const StModelFile *file, StTrainOptions *options);
/* A whole number of the metadata, seed or images; FALSE, and *number stays, if there is none. */
gboolean st_model_read_whole (const StModelFile *file, const char *key, guint64 *number);
/* A copy to be cleared with st_train_state_clear(). */
StStatus st_model_copy_state (const StTrainState *state, StTrainState *copy);
