/* The open document: dataset, models, parameters, and the jobs that load them.
 *
 * No arithmetic and no drawing: it asks the live worker and keeps its newest frame.
 * All calls on the main thread; nothing here blocks it.  A setter notifies, and asks
 * anew, only if the value differs. */
#pragma once

#include <gio/gio.h>
#include <st-classes.h>
#include <st-column.h>
#include <st-dataset-io.h>
#include <st-decoding.h>
#include <st-embeddings.h>
#include <st-figure.h>
#include <st-frame.h>
#include <st-number.h>
#include <st-pullbacks.h>
#include <st-run.h>
#include <st-scene.h>
#include <st-selection.h>
#include <st-tradeoffs.h>
#include <st-zoom.h>

#define ST_TYPE_SESSION (st_session_get_type ())
G_DECLARE_FINAL_TYPE (StSession, st_session, ST, SESSION, GObject)

/* Signals: "frame" (a newer frame to show), "columns" (a column came, went or was hidden).
 * "training" (a run began, or told something), "said" (a sentence: what failed, what was saved).
 * Properties, each with a setter below: images, classes (as text), perturbation, seed, level,
 * latent, tolerance, kernel,
 * selected;
 * read only: dataset, available, status. */
StSession *st_session_new (void);

/* A name or a path, loaded in the background.  The old images stay until the new ones are
 * there, and for good if they cannot be had; then status says why. */
void st_session_open_dataset (StSession *session, const char *name);
const char *st_session_get_dataset (StSession *session);
/* Images in the open dataset; 0 if none is. */
guint st_session_get_available (StSession *session);

/* A model file, opened in the background, becomes a column. */
void st_session_open_model (StSession *session, const char *path);
/* The shipped models; those behind a dense layer hidden. */
void st_session_open_shipped_models (StSession *session);
/* Which models of files are open and shown, a(sb), floating: a shipped one by its kind, others by
 * their paths.  Opened again, those whose files are gone are left out; FALSE, and nothing is
 * opened, if none would be shown. */
GVariant *st_session_list_columns (StSession *session);
gboolean st_session_open_columns (StSession *session, GVariant *list);
/* Shows the two shipped models that differ in the isometry term alone, on images of the classes
 * that both were trained on, and hides the others; where there is no room for them, hidden models
 * that a file has are closed. */
void st_session_open_isometry_pair (StSession *session);
/* What reconstructions are held against; a level that is to be kept is the newest frame's. */
void st_session_set_against (StSession *session, StAgainst against, guint64 column);
StAgainst st_session_get_against (StSession *session);
guint64 st_session_get_against_column (StSession *session);
const StFrame *st_session_get_kept (StSession *session);
/* Opens a column behind another, to compare it with; says why where there is no room.  The
 * sample is of the weights that the column has now. */
void st_session_add_twin (StSession *session, StColumn *column, StTwin twin);
gboolean st_session_can_add_twin (StSession *session, StColumn *column, StTwin twin);
void st_session_remove_column (StSession *session, StColumn *column);
/* StColumn; owned by the session. */
GListModel *st_session_get_columns (StSession *session);
/* The i-th column that is shown, or NULL; its number is its place in frames. */
StColumn *st_session_get_shown_column (StSession *session, guint i);

enum { ST_IMAGES_MAX = 10000 };

void st_session_set_images (StSession *session, guint images);
guint st_session_get_images (StSession *session);
/* Only images of these classes are looked at, and trained on.  Those that the open dataset does not
 * have are left out: without any that it has, all are meant. */
void st_session_set_classes (StSession *session, const StClasses *classes);
const StClasses *st_session_get_classes (StSession *session);
/* How many classes the open dataset has; 0 without labels. */
guint st_session_get_all_classes (StSession *session);
void st_session_set_perturbation (StSession *session, StPerturbKind kind);
StPerturbKind st_session_get_perturbation (StSession *session);
void st_session_set_seed (StSession *session, guint64 seed);
guint64 st_session_get_seed (StSession *session);
void st_session_set_level (StSession *session, double level);
double st_session_get_level (StSession *session);
void st_session_set_latent (StSession *session, StLatent latent);
StLatent st_session_get_latent (StSession *session);
void st_session_set_tolerance (StSession *session, double tolerance);
double st_session_get_tolerance (StSession *session);
/* That of the newest frame, at which the worker has counted ranks: a hand may be ahead of it. */
double st_session_get_shown_tolerance (StSession *session);
/* Of the Hilbert angles. */
void st_session_set_kernel (StSession *session, StKernel kernel);
StKernel st_session_get_kernel (StSession *session);
/* How many thumbnails are on the screen: those are measured first. */
void st_session_set_visible (StSession *session, guint visible);
/* The image that is looked at in all columns, by its position among the images; -1: none.  It
 * stays while the images are the same, however they are distorted. */
void st_session_set_selected (StSession *session, int selected);
int st_session_get_selected (StSession *session);
/* What else of the images is looked at, and which parts of axes; owned by the session. */
StSelection *st_session_get_selection (StSession *session);
StZoom *st_session_get_zoom (StSession *session);

/* The newest frame, borrowed until the next one; NULL at first. */
StFrame *st_session_get_frame (StSession *session);
/* Pictures of the latents, the session's own. */
StEmbeddings *st_session_get_embeddings (StSession *session);
/* Their pullback metrics, the session's own. */
StPullbacks *st_session_get_pullbacks (StSession *session);
/* What a decoder's distortion costs, the session's own. */
StTradeoffs *st_session_get_tradeoffs (StSession *session);
/* What is decoded under the pointer, the session's own. */
StDecoding *st_session_get_decoding (StSession *session);
/* What the images are: those of the newest frame's query, or those loaded since; may be NULL. */
StImages *st_session_get_image_set (StSession *session);

/* "Fashion-MNIST test, 200 images"; caller frees. */
char *st_session_describe_images (StSession *session, StNumbers numbers);

enum { ST_SESSION_ALL_KINDS = -1, ST_TRAINING_IMAGES_MAX = 60000 };

/* Trains from fresh weights, in the background: the first shown column of a kind, or with
 * ST_SESSION_ALL_KINDS all shown ones on one clock; what is not there becomes a new column.  A
 * run under way is stopped first.  Images are of the open dataset (its training part, where it
 * has one). */
void st_session_train (StSession *session, int kind);
void st_session_set_training (StSession *session, guint images, guint epochs);
guint st_session_get_training_images (StSession *session);
guint st_session_get_epochs (StSession *session);
/* What training uses, from the next batch on where one runs.  A rate of 0, or a beta, lambda or
 * isometry below 0, stands for each kind's own; the seed is the next training's, and of untrained
 * weights. */
void st_session_set_learning_rate (StSession *session, double learning_rate);
double st_session_get_learning_rate (StSession *session);
void st_session_set_beta (StSession *session, double beta);
double st_session_get_beta (StSession *session);
/* lambda times the isometry term, of all models that can have it, and which term (StIsometry). */
void st_session_set_lambda (StSession *session, double lambda);
double st_session_get_lambda (StSession *session);
void st_session_set_isometry (StSession *session, int isometry);
int st_session_get_isometry (StSession *session);
void st_session_set_training_seed (StSession *session, guint64 seed);
guint64 st_session_get_training_seed (StSession *session);
/* Whether training ends where the loss has stopped falling: by not more than 0.1 % in 2 epochs. */
void st_session_set_stop_on_plateau (StSession *session, gboolean stop);
gboolean st_session_get_stop_on_plateau (StSession *session);
/* Goes on with the run from the moment that its history shows; what came after is forgotten.
 * Where no column of a run is shown, with the shown columns: as if never stopped, on as many
 * images of the open dataset as before, where the file of one has its optimizer's state; else
 * with its weights, and says so. */
gboolean st_session_can_continue (StSession *session);
void st_session_continue_training (StSession *session);
/* The newest run, or NULL; to be paused, stopped and moved through. */
StRun *st_session_get_run (StSession *session);
/* Stops the run and gives its columns untrained weights of the same seed. */
void st_session_reset_training (StSession *session);
/* Writes a column's model in the background, then says that it did or why not.  with_state: with
 * what its training needs to go on exactly, twice as much again, if that is known. */
void st_session_save_model (StSession *session, StColumn *column, const char *path,
                            gboolean with_state);
gboolean st_session_knows_state (StSession *session, StColumn *column);
/* Whether closing now would lose a training: one that runs, or a model not saved since. */
gboolean st_session_would_lose (StSession *session);

/* What goes on, in words for the user. */
const char *st_session_get_status (StSession *session);
/* Shows a sentence as the status until the user does the next thing. */
void st_session_say (StSession *session, const char *sentence);

/* Writes a figure, in the format of the path's ending, in the background; then says that it
 * did or why not. */
void st_session_export (StSession *session, StScene *scene, const char *path);
