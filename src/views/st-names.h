/* What things are called in the window and in figures: kinds of models, perturbations,
 * datasets, latents.  Strings that need no freeing are translated and constant. */
#pragma once

#include <st-classes.h>
#include <st-embedding.h>
#include <st-kernel.h>
#include <st-measure.h>
#include <st-number.h>

/* "CAE" */
const char *st_name_kind (StKind kind);
/* "CAE", or for a kind that samples which of its latents is shown: "VAE, mean"; caller frees. */
char *st_name_model (StKind kind, StLatent latent, guint number);
/* "Salt and pepper" */
const char *st_name_perturbation (StPerturbKind kind);
/* "Log-Euclidean" */
const char *st_name_kernel (StKernel kernel);
/* "Kernel PCA" */
const char *st_name_method (StEmbeddingMethod method);
/* "Frobenius"; "Kernel" for that of the kernel which is chosen */
const char *st_name_metric (StEmbeddingMetric metric);
/* "Fashion-MNIST" for fashion-mnist, the file's name for a path; caller frees. */
char *st_name_dataset (const char *name);
/* "Fashion-MNIST test, 200 images"; caller frees. */
char *st_name_images (const char *dataset, guint images, StNumbers numbers);
/* "T-shirt/top, Trouser", or "classes 0, 1" where their names are not known; caller frees. */
char *st_name_classes (const char *dataset, const StClasses *classes);
