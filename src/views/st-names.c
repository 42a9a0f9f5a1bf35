#include <st-names.h>

#include <glib/gi18n.h>
#include <st-words.h>

const char *
st_name_kind (StKind kind)
{
  switch (kind)
    {
    case ST_KIND_CAE: return _("CAE");
    case ST_KIND_DAE: return _("DAE");
    case ST_KIND_VAE: return _("VAE");
    case ST_KIND_VAE_DENSE: return _("VAE, dense");
    case ST_KIND_AE_DENSE: return _("AE, dense");
    case ST_KIND_VAE_MLP: return _("VAE, MLP");
    case ST_KIND_AE_MLP: return _("AE, MLP");
    case ST_KIND_IRVAE: return _("IRVAE");
    case ST_KIND_IRAE: return _("IRAE");
    case ST_KINDS: break;
    }
  return "";
}

char *
st_name_model (StKind kind, StLatent latent, guint number)
{
  const char *name = st_name_kind (kind);
  g_autofree char *numbered = number > 1 ? g_strdup_printf ("%s %u", name, number)
                                         : g_strdup (name);
  if (!st_kind_samples (kind))
    return g_steal_pointer (&numbered);
  return g_strdup_printf (latent == ST_LATENT_MEAN ? _("%s, mean") : _("%s, sample"), numbered);
}

const char *
st_name_perturbation (StPerturbKind kind)
{
  switch (kind)
    {
    case ST_PERTURB_GAUSSIAN: return _("Gaussian");
    case ST_PERTURB_GAUSSIAN_UNCLIPPED: return _("Gaussian, unclipped");
    case ST_PERTURB_SALT_PEPPER: return _("Salt and pepper");
    case ST_PERTURB_SPECKLE: return _("Speckle");
    case ST_PERTURB_OCCLUSION: return _("Occlusion");
    case ST_PERTURB_BLUR: return _("Blur");
    case ST_PERTURB_KINDS: break;
    }
  return "";
}

const char *
st_name_kernel (StKernel kernel)
{
  switch (kernel)
    {
    case ST_KERNEL_PROJECTION: return _("Projection");
    case ST_KERNEL_FROBENIUS: return _("Frobenius");
    case ST_KERNEL_LOG_EUCLIDEAN: return _("Log-Euclidean");
    case ST_KERNEL_BONNABEL_SEPULCHRE: return _("Bonnabel–Sepulchre");
    case ST_KERNEL_GAUSSIAN_PROJECTION: return _("Gaussian of projection");
    case ST_KERNEL_GAUSSIAN_FROBENIUS: return _("Gaussian of Frobenius");
    case ST_KERNEL_GAUSSIAN_LOG_EUCLIDEAN: return _("Gaussian of log-Euclidean");
    case ST_KERNEL_GAUSSIAN_BONNABEL_SEPULCHRE: return _("Gaussian of Bonnabel–Sepulchre");
    case ST_KERNELS_ALL: break;
    }
  return "";
}

const char *
st_name_method (StEmbeddingMethod method)
{
  switch (method)
    {
    case ST_EMBEDDING_PCA: return _("PCA");
    case ST_EMBEDDING_RAW: return _("Raw axes");
    case ST_EMBEDDING_KERNEL_PCA: return _("Kernel PCA");
    case ST_EMBEDDING_TSNE: return _("t-SNE");
    case ST_EMBEDDING_METHODS: break;
    }
  return "";
}

const char *
st_name_metric (StEmbeddingMetric metric)
{
  switch (metric)
    {
    case ST_METRIC_KERNEL: return _("Kernel");
    case ST_METRIC_EUCLIDEAN: return _("Euclidean");
    case ST_METRIC_FROBENIUS: return _("Frobenius");
    case ST_METRIC_LOG_EUCLIDEAN: return _("Log-Euclidean");
    case ST_METRIC_AFFINE_INVARIANT: return _("Affine-invariant");
    case ST_METRIC_BONNABEL_SEPULCHRE: return _("Bonnabel–Sepulchre");
    case ST_METRIC_YE_LIM: return _("Ye–Lim");
    case ST_METRICS: break;
    }
  return "";
}

char *
st_name_dataset (const char *name)
{
  if (g_strcmp0 (name, "fashion-mnist") == 0)
    return g_strdup (_("Fashion-MNIST"));
  if (g_strcmp0 (name, "builtin") == 0)
    return g_strdup (_("Built-in images"));
  return name != NULL ? g_path_get_basename (name) : g_strdup ("");
}

char *
st_name_images (const char *dataset, guint images, StNumbers numbers)
{
  gboolean test_part = g_strcmp0 (dataset, "fashion-mnist") == 0;
  g_autofree char *name = test_part ? g_strdup (_("Fashion-MNIST test"))
                                    : st_name_dataset (dataset);
  g_autofree char *count = st_number_count (numbers, images);
  return g_strdup_printf (g_dngettext (NULL, "%s, %s image", "%s, %s images", images), name,
                          count);
}

char *
st_name_classes (const char *dataset, const StClasses *classes)
{
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean known = TRUE;
  for (guint label = 0; label < ST_CLASSES_MAX; label++)
    {
      const char *name = st_words_class (dataset, (int) label);
      if (!st_classes_have (classes, label))
        continue;
      known = known && name != NULL;
      g_string_append (names, names->len > 0 ? ", " : "");
      if (name != NULL)
        g_string_append (names, name);
      else
        g_string_append_printf (names, "%u", label);
    }
  if (known)
    return g_string_free (g_steal_pointer (&names), FALSE);
  return g_strdup_printf (_("classes %s"), names->str);
}
