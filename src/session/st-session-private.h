/* The session's insides, for its own files: st-session.c has the object and its parameters,
 * st-session-files.c the jobs that read images and write figures, st-session-models.c those that open
 * models, st-session-training.c training, what is said of it in st-session-run-words.c,
 * st-session-save.c the saving of models. */
#pragma once

#include <st-live.h>
#include <st-session.h>

struct _StSession {
  GObject parent_instance;

  char *dataset_name;
  StDataset *dataset;
  StImages *images;         /* of the present parameters, or the last ones that worked */
  guint64 dataset_request;  /* number of the newest question */
  gboolean images_loading, images_stale;
  guint loading;            /* datasets and models under way */

  guint count;
  StClasses classes;
  StPerturbKind kind;
  guint64 seed;
  double level;
  StLatent latent;
  double tolerance;
  StKernel kernel;
  guint visible;
  int selected;
  StAgainst against;        /* what differences are to */
  guint64 against_column;
  StFrame *kept;            /* or NULL */
  StSelection *selection;
  StZoom *zoom;

  GListStore *columns;
  StLive *live;
  GSource *bell;
  StFrame *frame;
  StEmbeddings *embeddings;
  StPullbacks *pullbacks;
  StTradeoffs *tradeoffs;
  StDecoding *decoding;

  StRun *run;               /* the newest training; NULL before the first */
  gboolean run_told;        /* how it ended */
  StRunState run_was;       /* running, paused or ended, when it was last heard of */
  guint training_images, epochs;
  guint64 training_seed;
  double learning_rate, beta, lambda;   /* of training; 0 and below 0: each kind's own */
  int isometry;                         /* the same */
  gboolean stop_on_plateau;

  char *message;            /* said until the user does the next thing */
  char *status;
};

typedef enum StSessionProp {
  ST_SESSION_PROP_0, ST_SESSION_PROP_DATASET, ST_SESSION_PROP_IMAGES,
  ST_SESSION_PROP_PERTURBATION, ST_SESSION_PROP_SEED, ST_SESSION_PROP_LEVEL,
  ST_SESSION_PROP_LATENT, ST_SESSION_PROP_TOLERANCE, ST_SESSION_PROP_KERNEL, ST_SESSION_PROP_STATUS,
  ST_SESSION_PROP_AVAILABLE, ST_SESSION_PROP_SELECTED, ST_SESSION_PROP_CLASSES,
  ST_SESSION_PROPS
} StSessionProp;
enum { ST_SESSION_ANGLES = 5 };   /* how many principal angles are asked for */
enum { ST_SESSION_SIGNAL_FRAME, ST_SESSION_SIGNAL_COLUMNS, ST_SESSION_SIGNAL_TRAINING,
       ST_SESSION_SIGNAL_SAID, ST_SESSION_SIGNALS };
extern GParamSpec *st_session_props[ST_SESSION_PROPS];
extern guint st_session_signals[ST_SESSION_SIGNALS];

/* The latent of a column that is looked at: its own, or the one chosen for all. */
StLatent st_session_column_latent (StSession *session, StColumn *column);
/* Posts what the parameters describe to the live worker. */
void st_session_ask (StSession *session);
/* Opens one of the shipped models; says so if it is not there. */
void st_session_open_shipped (StSession *session, StKind kind);
/* st-session-embeddings.c: gives them the newest frame, and says what they do; NULL: nothing. */
void st_session_follow_embeddings (StSession *session);
/* Places in pictures of the latents are of other images now, or of another picture. */
void st_session_forget_places (StSession *session);
char *st_session_describe_embedding (StSession *session);
/* Places along the axis of distortions are of another one. */
void st_session_forget_distortion (StSession *session);
char *st_session_describe_tradeoff (StSession *session);
/* Forgets classes that a newly opened dataset does not have. */
void st_session_keep_classes (StSession *session);
/* Makes the set of images anew, in the background. */
void st_session_load_images (StSession *session);
/* Takes the file's references; path NULL for a model that no file has. */
StColumn *st_session_add_column (StSession *session, StModelFile *file, const char *path);
/* The same, of a model that no file has, behind another column, if that is still there. */
StColumn *st_session_insert_column (StSession *session, StModelFile *file, StColumn *before,
                                    StTwin twin);
/* Whether so many more columns find a place; if not, says so. */
gboolean st_session_has_room (StSession *session, guint more);
void st_session_retitle (StSession *session);
void st_session_update_status (StSession *session);
void st_session_say_could_not_open (StSession *session, StStatus status, const char *path,
                                    const char *tensor);
/* How the run has ended, where that is not as asked for; once. */
void st_session_say_how_it_ended (StSession *session);
/* What opened models go on from, where it is not all that they were trained with. */
void st_session_say_what_goes_on (StSession *session, GPtrArray *columns);
