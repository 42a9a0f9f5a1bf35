/* What the user is told of a training: how it ended, and what it goes on from. */
#include "st-session-private.h"

#include <glib/gi18n.h>
#include <st-model-training.h>
#include <st-plateau.h>
#include <st-words.h>
#include <string.h>

/* Takes the sentence. */
static void
add_sentence (GString *sentences, char *sentence)
{
  if (sentences->len > 0)
    g_string_append (sentences, ". ");
  g_string_append (sentences, sentence);
  g_free (sentence);
}

static void
say_all (StSession *self, GString *sentences)
{
  if (sentences->len > 0)
    st_session_say (self, sentences->str);
}

/* One sentence for all that a plateau ended. */
static void
add_plateaus (GString *sentences, StRun *run)
{
  g_autoptr (GString) ended = g_string_new (NULL);
  for (guint i = 0; i < st_run_get_columns (run); i++)
    {
      const StTrainingReport *report = st_run_get_report (run, i);
      if (report == NULL || report->state != ST_TRAINING_PLATEAU)
        continue;
      g_string_append (ended, ended->len > 0 ? "; " : "");
      g_string_append_printf (ended, _("%s at epoch %u"),
                              st_column_get_title (st_run_get_column (run, i)),
                              (guint) (report->epoch + 0.5));
    }
  if (ended->len > 0)
    add_sentence (sentences, g_strdup_printf (
      _("Stopped where the loss has fallen by not more than 0.1 %% in 2 epochs: %s"),
      ended->str));
}

static void
add_end (GString *sentences, const StTrainingReport *report, const char *title)
{
  if (report->state == ST_TRAINING_FAILED)
    {
      add_sentence (sentences, st_words_status (report->status, title, NULL));
      return;
    }
  if (st_loss_rose (report->first_loss, report->progress.loss))
    add_sentence (sentences, g_strdup_printf (
      _("The loss of %s ended above where it began, %.4g at first and %.4g in the end: a lower "
        "learning rate may help"), title, report->first_loss, report->progress.loss));
}

void
st_session_say_how_it_ended (StSession *self)
{
  g_autoptr (GString) sentences = g_string_new (NULL);
  if (self->run_told || st_run_is_active (self->run))
    return;
  self->run_told = TRUE;
  if (st_run_get_failure (self->run) != NULL)
    add_sentence (sentences, g_strdup (st_run_get_failure (self->run)));
  add_plateaus (sentences, self->run);
  for (guint i = 0; i < st_run_get_columns (self->run); i++)
    if (st_run_get_report (self->run, i) != NULL)
      add_end (sentences, st_run_get_report (self->run, i),
               st_column_get_title (st_run_get_column (self->run, i)));
  say_all (self, sentences);
}

/* Whether a file says that its model was trained on images of another dataset than is open. */
static gboolean
is_of_other_images (StSession *self, const StModelFile *file, const char **dataset)
{
  g_autofree char *open = g_filename_display_basename (self->dataset_name);
  char classes[ST_CLASSES_TEXT];
  const char *trained = g_hash_table_lookup (file->metadata, "classes");
  st_classes_format (&self->classes, classes);
  *dataset = g_hash_table_lookup (file->metadata, "dataset");
  return *dataset != NULL
         && (strcmp (*dataset, open) != 0 || strcmp (trained != NULL ? trained : "", classes) != 0);
}

void
st_session_say_what_goes_on (StSession *self, GPtrArray *columns)
{
  g_autoptr (GString) sentences = g_string_new (NULL), anew = g_string_new (NULL);
  for (guint i = 0; i < columns->len; i++)
    {
      StColumn *column = g_ptr_array_index (columns, i);
      const StModelFile *file = st_column_get_file (column);
      const char *title = st_column_get_title (column), *dataset;
      guint64 images = self->training_images;
      st_model_read_whole (file, "images", &images);
      if (is_of_other_images (self, file, &dataset))
        add_sentence (sentences, g_strdup_printf (_("%s was trained on other images, of %s"), title,
                                                  dataset));
      else if (file->state != NULL && images != self->training_images)
        add_sentence (sentences, g_strdup_printf (
          _("%s goes on with as many images as it had, %" G_GUINT64_FORMAT), title, images));
      if (file->state == NULL)
        g_string_append_printf (anew, "%s%s", anew->len > 0 ? "; " : "", title);
    }
  if (anew->len > 0)
    add_sentence (sentences, g_strdup_printf (
      _("No state of the optimizer is known: training begins anew from the weights of %s"),
      anew->str));
  say_all (self, sentences);
}
