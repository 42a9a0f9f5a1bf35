/* The state of a model's training in its file: Adam's moments as tensors "optimizer.first.NAME"
 * and "optimizer.second.NAME", one of each for each tensor of the model, and where the training
 * stands as metadata "optimizer_…".  For st-model-io.c. */
#pragma once

#include <st-safetensors.h>
#include <st-trainer.h>

enum { ST_STORED_TENSORS_MAX = 3 * ST_TENSORS_MAX };

/* Whether a tensor or a key of the metadata is part of it. */
gboolean st_model_state_owns (const char *name);

/* *state is NULL where the file has none, else free it with st_model_state_free().  Fails as
 * st_model_parse() does. */
StStatus st_model_state_read (const StTensorFile *file, const StSpec *spec, StTrainState **state,
                              char **tensor);
void st_model_state_free (StTrainState *state);

/* Adds the state's metadata, and its tensors behind those of the model, tensors[n], of which
 * there is room for ST_STORED_TENSORS_MAX; returns how many there are then.  The names are the
 * caller's to free. */
guint st_model_state_describe (const StTrainState *state, GHashTable *metadata,
                               StStoredTensor *tensors, guint n);
/* The numbers of these tensors, in their order. */
void st_model_state_append (const StTrainState *state, const StSpec *spec, GByteArray *bytes);
