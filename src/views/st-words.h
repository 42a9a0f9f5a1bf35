/* Words for what went wrong, and for classes of images: the one place where a status
 * becomes a sentence. */
#pragma once

#include <glib.h>
#include <st-status.h>

/* The cause and what to do about it, without the file: "there is no such file; check its
 * name".  tensor: the name of the tensor that the status is about, or NULL.  Free with
 * g_free(). */
char *st_words_reason (StStatus status, const char *tensor);

/* "FILE: REASON".  file: its name as the user gave it, or NULL. */
char *st_words_status (StStatus status, const char *file, const char *tensor);
/* "Could not open FILE: REASON" */
char *st_words_could_not_open (StStatus status, const char *file, const char *tensor);
/* "Could not save FILE: REASON" */
char *st_words_could_not_save (StStatus status, const char *file);

/* Why a model whose latent has so many numbers cannot be trained with the conformal term. */
char *st_words_conformal (const char *title, guint dimension);

/* "Ankle boot": what a label of a dataset means, or NULL if that is not known.  The
 * dataset is `fashion-mnist`, `builtin` or a path. */
const char *st_words_class (const char *dataset, int label);
