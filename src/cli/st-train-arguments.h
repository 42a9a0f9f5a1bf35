/* The options of `train` that say what is trained and how; what a file to go on from says of
 * itself stands in for those that are not given. */
#pragma once

#include "st-cli.h"

/* Not given: NULL, 0, and below 0. */
typedef struct StTrainArguments {
  const char *kind, *encoder, *loss, *sigma, *hidden, *activation, *isometry, *resume;
  guint64 epochs, batch, channels, dimension;
  double learning_rate, beta, lambda;
} StTrainArguments;

#define ST_TRAIN_ARGUMENTS_INIT { .learning_rate = -1.0, .beta = -1.0, .lambda = -1.0 }

#define ST_TRAIN_OPTIONS(a) \
  { "kind", ST_OPTION_TEXT, &(a)->kind, "K", \
    "cae, dae, vae, vae-dense, ae-dense, vae-mlp, ae-mlp, irvae or irae", 0, 0 }, \
  { "encoder", ST_OPTION_TEXT, &(a)->encoder, "E", "s2 (the default), k4, s3 or s5", 0, 0 }, \
  { "channels", ST_OPTION_WHOLE, &(a)->channels, "C", "of the latent tensor (128)", 1, 256 }, \
  { "dimension", ST_OPTION_WHOLE, &(a)->dimension, "d", \
    "of the vector in the dense kinds (32) and MLPs (2)", 1, 256 }, \
  { "hidden", ST_OPTION_TEXT, &(a)->hidden, "256,256", "an MLP's hidden layers", 0, 0 }, \
  { "activation", ST_OPTION_TEXT, &(a)->activation, "relu|elu|tanh", \
    "between an MLP's layers (relu)", 0, 0 }, \
  { "epochs", ST_OPTION_WHOLE, &(a)->epochs, "E", \
    "times through the images, those before --resume too (5)", 1, 1e5 }, \
  { "batch", ST_OPTION_WHOLE, &(a)->batch, "B", "images in a step (64; an MLP 100)", 1, 1024 }, \
  { "learning-rate", ST_OPTION_REAL, &(a)->learning_rate, "R", "of Adam (0.001)", 1e-12, 1e3 }, \
  { "loss", ST_OPTION_TEXT, &(a)->loss, "bce|mse|gaussian", \
    "what is made small (bce; an MLP gaussian)", 0, 0 }, \
  { "sigma", ST_OPTION_TEXT, &(a)->sigma, "learned|V", "of the gaussian loss (learned)", 0, 0 }, \
  { "beta", ST_OPTION_REAL, &(a)->beta, "B", "weight of the KL term (0.2; an MLP 1)", 0, 1e6 }, \
  { "lambda", ST_OPTION_REAL, &(a)->lambda, "L", \
    "weight of the isometry term of irvae and irae (100) and the dense kinds (0)", 0, 1e9 }, \
  { "isometry", ST_OPTION_TEXT, &(a)->isometry, "scaled|strict|conformal", \
    "what that term wants kept (scaled)", 0, 0 }, \
  { "resume", ST_OPTION_TEXT, &(a)->resume, "M.safetensors", \
    "go on from this model, with its options where none are given", 0, 0 }

/* Everything but the images' shape, which is the file's if there is one.  NULL, or a sentence
 * that says what is wrong; free with g_free(). */
char *st_train_arguments_interpret (const StTrainArguments *arguments, const StModelFile *resumed,
                                    StTrainOptions *options);
