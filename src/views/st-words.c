/* Each code has one text, with places for the status's numbers in braces: a translator sees
 * the whole sentence, and a sentence cannot ask for a number that is not there. */
#include <st-words.h>

#include <st-config.h>

#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>
#include <st-isometry-term.h>
#include <string.h>

static const char *const reasons[] = {
  [ST_OK] = N_("nothing went wrong"),
  [ST_NO_MEMORY] = N_("there is not enough memory; close something, or ask for fewer images"),
  [ST_CANCELLED] = N_("it was stopped"),
  [ST_NO_THREAD] = N_("the system starts no further thread (error {a}); use fewer threads"),
  [ST_RANGE] = N_("a value is not within its range, {a} to {b}; correct it"),
  [ST_SHAPE] = N_("the sizes do not fit: {a} came where {b} were needed; "
                  "use data and a model of the same shape"),
  [ST_NON_FINITE] = N_("image {a} holds a number that is not finite, at {b}; remove it"),
  [ST_NO_CONVERGENCE] = N_("the eigenvalues of a matrix could not be computed (info {a}); "
                           "check the numbers that went in"),
  [ST_DIVERGED] = N_("training diverged at batch {b} of epoch {a}; "
                     "use a smaller learning rate"),
  [ST_NOT_BUILT] = N_("this is not built yet; a later version will have it"),

  [ST_FILE_MISSING] = N_("there is no such file; check its name"),
  [ST_FILE_DENIED] = N_("permission is denied; change the permissions or choose another place"),
  [ST_FILE_FOLDER] = N_("it is a folder; name a file"),
  [ST_FILE_IS_FILE] = N_("a file is there where a folder is needed; choose another name"),
  [ST_FILE_NO_FOLDER] = N_("its folder does not exist; make it or choose another"),
  [ST_FILE_READ_ONLY] = N_("its file system can only be read; choose another place"),
  [ST_FILE_FULL] = N_("the disk is full or a limit on file sizes is reached; free some space or "
                      "choose another place"),
  [ST_FILE_IO] = N_("the system could not read or write it (error {a}); "
                    "check the disk and try again"),
  [ST_FILE_EMPTY] = N_("it is empty; get it again"),
  [ST_FILE_TRUNCATED] = N_("it is cut short, {a} of {b} bytes are there; get it again"),
  [ST_FILE_OVERSIZED] = N_("it is longer than its header says, {a} bytes instead of {b}; "
                           "get it again"),
  [ST_FILE_TOO_LARGE] = N_("it is too large, {a} where at most {b} are read; use a smaller one"),
  [ST_FILE_MAGIC] = N_("it does not begin as a file of its format does; choose another"),
  [ST_FILE_GZIP] = N_("its compressed data are damaged or cut short; get it again"),
  [ST_FILE_HEADER] = N_("its header cannot be understood at byte {offset}; get it again"),
  [ST_FILE_TYPE] = N_("it holds numbers of a type that is not read; "
                      "convert them to 32- or 64-bit floating point"),
  [ST_FILE_LAYOUT] = N_("its tensors overlap, leave holes or have wrong sizes; get it again"),
  [ST_FILE_VERSION] = N_("a newer version of the program wrote it, its format is {a} and {b} is "
                         "the newest known here; update the program"),
  [ST_FILE_UNKNOWN] = N_("it is in no format that is read here; use IDX, NPY or safetensors"),
  [ST_FILE_NOT_DATASET] = N_("it holds no images, its numbers have {a} dimensions; "
                             "choose a file with three or four"),
  [ST_FILE_AXES] = N_("its array has {a} axes where {b} are needed: images, height, width and "
                      "channels; reshape it"),
  [ST_FILE_LABELS] = N_("it holds {a} labels for {b} images; get both files again"),
  [ST_DATASET_ABSENT] = N_("this dataset is not installed; install the package "
                           "dataset-fashion-mnist, or use the dataset builtin"),
  [ST_MODEL_KIND] = N_("its metadata name no kind of model that is known here; "
                       "choose a model of this program"),
  [ST_MODEL_ENCODER] = N_("its metadata name no encoder that is known here; "
                          "choose a model of this program"),
  [ST_MODEL_MISSING] = N_("a tensor that its kind needs is missing; check the kind"),
  [ST_MODEL_EXTRA] = N_("it holds a tensor that its kind does not have; check the kind"),
  [ST_MODEL_SHAPE] = N_("a tensor does not fit its kind; check the kind"),
};

/* Where more is known: which tensor. */
static const char *const tensor_reasons[] = {
  [ST_NON_FINITE] = N_("the tensor {tensor} holds a number that is not finite, at {b}; "
                       "train the model again"),
  [ST_FILE_HEADER] = N_("the header's entry for the tensor {tensor} cannot be understood; "
                        "get the file again"),
  [ST_FILE_TYPE] = N_("the tensor {tensor} holds numbers of a type that is not read; "
                      "convert them to 32- or 64-bit floating point"),
  [ST_FILE_LAYOUT] = N_("the tensor {tensor} overlaps another, leaves a hole or has a wrong size; "
                        "get the file again"),
  [ST_MODEL_MISSING] = N_("the tensor {tensor}, which its kind needs, is missing; "
                          "check the kind"),
  [ST_MODEL_EXTRA] = N_("the tensor {tensor} is not one of its kind's; check the kind"),
  [ST_MODEL_SHAPE] = N_("the tensor {tensor} has another shape than its kind needs; "
                        "check the kind"),
};

static const char *
find_text (StStatus status, const char *tensor)
{
  gsize code = (gsize) status.code;
  if (tensor != NULL && code < G_N_ELEMENTS (tensor_reasons) && tensor_reasons[code] != NULL)
    return _(tensor_reasons[code]);
  if (status.code == ST_RANGE && status.a == status.b)
    return _("a value is not within its range; correct it");
  if (status.code == ST_NO_MEMORY && status.a > 0)
    return _("there is not enough memory, {a} bytes were asked for; close something, or ask for "
             "fewer images");
  if (status.code == ST_FILE_GZIP && status.a == 1)
    return _("its compressed data end too early; get it again");
  if (code < G_N_ELEMENTS (reasons) && reasons[code] != NULL)
    return _(reasons[code]);
  return _("something failed that has no name; report this");
}

/* What stands between a pair of braces. */
static void
append_field (GString *out, const char *name, gsize length, StStatus status, const char *tensor)
{
  if (length == 1 && name[0] == 'a')
    g_string_append_printf (out, "%" G_GINT64_FORMAT, status.a);
  else if (length == 1 && name[0] == 'b')
    g_string_append_printf (out, "%" G_GINT64_FORMAT, status.b);
  else if (strncmp (name, "tensor", length) == 0)
    g_string_append (out, tensor != NULL ? tensor : "?");
  else
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, status.offset);
}

char *
st_words_reason (StStatus status, const char *tensor)
{
  GString *out = g_string_new (NULL);
  const char *text = find_text (status, tensor);
  while (*text != '\0')
    {
      gsize plain = strcspn (text, "{");
      g_string_append_len (out, text, (gssize) plain);
      text += plain;
      if (*text == '\0')
        break;
      gsize length = strcspn (text + 1, "}");
      append_field (out, text + 1, length, status, tensor);
      text += 1 + length + (text[1 + length] == '}');
    }
  return g_string_free (out, FALSE);
}

char *
st_words_status (StStatus status, const char *file, const char *tensor)
{
  g_autofree char *reason = st_words_reason (status, tensor);
  if (file == NULL)
    return g_steal_pointer (&reason);
  g_autofree char *name = g_filename_display_name (file);
  /* Translators: a file's name, and what is wrong with it. */
  return g_strdup_printf (_("%s: %s"), name, reason);
}

char *
st_words_could_not_open (StStatus status, const char *file, const char *tensor)
{
  g_autofree char *reason = st_words_reason (status, tensor);
  g_autofree char *name = g_filename_display_name (file);
  /* Translators: a file's name, and why. */
  return g_strdup_printf (_("Could not open %s: %s"), name, reason);
}

char *
st_words_could_not_save (StStatus status, const char *file)
{
  g_autofree char *reason = st_words_reason (status, NULL);
  g_autofree char *name = g_filename_display_name (file);
  /* Translators: a file's name, and why. */
  return g_strdup_printf (_("Could not save %s: %s"), name, reason);
}

char *
st_words_conformal (const char *title, guint dimension)
{
  return g_strdup_printf (_("%s: the angles (conformal) term is for latents of at most %d numbers, "
                            "not %u, since one random direction cannot estimate it; choose "
                            "another term"), title, ST_CONFORMAL_DIMENSION_MAX, dimension);
}

const char *
st_words_class (const char *dataset, int label)
{
  static const char *const fashion[] = {
    N_("T-shirt/top"), N_("Trouser"), N_("Pullover"), N_("Dress"), N_("Coat"),
    N_("Sandal"), N_("Shirt"), N_("Sneaker"), N_("Bag"), N_("Ankle boot"),
  };
  if (!g_str_equal (dataset, "fashion-mnist") && !g_str_equal (dataset, "builtin"))
    return NULL;
  return label >= 0 && label < (int) G_N_ELEMENTS (fashion) ? _(fashion[label]) : NULL;
}
