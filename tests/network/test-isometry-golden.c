/* The isometry term and its gradient against PyTorch's double backward
 * (tests/reference/isometry_term_torch.py). */
#include <st-isometry-term.h>

#include <glib.h>

enum { POINTS = 6, D = 3, TENSORS = 6 };

typedef struct Golden {
  StIsometry isometry;
  StKind kind;
  StActivation activation;
  double value;
  double dz[POINTS * D];
  double along[TENSORS];   /* the decoder's tensors: their gradients times a direction each */
} Golden;

static const Golden GOLDENS[] = {
  { ST_ISOMETRY_SCALED, ST_KIND_AE_MLP, ST_ACTIVATION_RELU, 0.396101028,
    {
      -0.01204043, 0.01916544, -0.003468094, -0.003215811, 0.005196082, -0.001540841,
      -0.00109079, -0.003011316, -0.0004192854, 0.004606861, -0.002587057, -0.002115436,
      -0.004572991, -0.001291726, 0.0004302471, -0.005082574, 0.003770661, -0.0007290893 },
    {
      -0.1088464, -0.02191692, 0.4349421, -0.002778797, 0.004430032, 0.00886327 } },
  { ST_ISOMETRY_SCALED, ST_KIND_AE_MLP, ST_ACTIVATION_ELU, 0.402225125,
    {
      0.02300687, 0.02047724, 0.01353214, 0.003572667, 0.004696148, 0.002301125,
      -0.00517816, -0.000576369, -0.00482363, 0.0003423811, -0.005319585, -0.00403868,
      -0.02481689, 0.005395384, -0.02434379, 0.00799262, 0.005071952, -0.00239456 },
    {
      0.4825078, -0.03256082, 0.4597994, 0.02229967, -0.02742682, 0.01909311 } },
  { ST_ISOMETRY_SCALED, ST_KIND_AE_MLP, ST_ACTIVATION_TANH, 0.47063626,
    {
      -0.04229477, 0.0703617, -0.01476404, -0.0004388797, 0.0004452031, 0.001345389,
      -0.02200065, -0.01801445, -0.01726064, -0.004112344, -0.001388676, -0.01064174,
      -0.03098588, -0.0340892, -0.01774383, -0.01456444, 0.01211732, -0.03111511 },
    {
      0.355256, -0.001338987, 0.6068263, -0.006721826, -0.0525941, 0.01158058 } },
  { ST_ISOMETRY_SCALED, ST_KIND_AE_DENSE, ST_ACTIVATION_RELU, 0.351036934,
    {
      -0.003158619, 0.0001288528, -0.003461795, -0.001185864, 0.0005480589, -0.001995763,
      -7.203709e-05, -0.0007836124, -0.001153537, 0.0006072408, -0.0004876515,
      -1.530322e-05, 0.008565975, -0.008049841, 0.003868003, 0.001487468, 1.815262e-05,
      -0.0009562197 },
    {
      -0.3553565, 0.002290841, -0.02686038, -0.007095964, 0.1100724, 0.008854217 } },
  { ST_ISOMETRY_STRICT, ST_KIND_AE_MLP, ST_ACTIVATION_TANH, 2.99141697,
    {
      0.1675027, -0.186342, 0.09915215, 0.03808754, -0.03198528, 0.02342611, -0.06118655,
      -0.03480194, -0.04545035, 0.00623517, -0.02331644, -0.01889154, -0.15636, -0.08847633,
      -0.134808, -0.02095185, 0.01389071, -0.04436003 },
    {
      0.1791293, 0.2985253, 0.9843989, -0.356501, 0.4794752, -0.03200462 } },
  { ST_ISOMETRY_CONFORMAL, ST_KIND_AE_MLP, ST_ACTIVATION_ELU, 1.18405658,
    {
      -0.02874271, 0.060769, -0.04814225, -0.006141495, 0.005029751, -0.008416241,
      -0.05234807, 0.02044234, -0.04447127, 0.0590903, 0.05898322, 0.001057523, -0.02949295,
      0.05991763, -0.009924655, 0.1301817, 0.03315787, -0.05391994 },
    {
      2.017441, -0.2960917, 0.08124078, 0.277636, 0.131148, 0.08286733 } },
  { ST_ISOMETRY_CONFORMAL, ST_KIND_AE_DENSE, ST_ACTIVATION_RELU, 0.854938133,
    {
      0.0007457445, -0.001972119, -0.006280887, -0.005736842, -0.002233012, -0.004204463,
      -0.001377315, 0.02965355, 0.01509328, 0.00106785, -0.003259846, 0.002756506,
      0.02439029, -0.006054412, 0.04449327, 0.006151056, -5.107109e-05, -0.01421243 },
    {
      -2.178657, -0.02089154, -0.4013765, -0.05970884, -0.4744762, 0.07769523 } },
};

static void
draw (guint32 *state, float *x, size_t n, double low, double high)
{
  for (size_t i = 0; i < n; i++)
    {
      *state = *state * 1664525u + 1013904223u;
      x[i] = (float) (low + (high - low) * (double) *state / 4294967296.0);
    }
}

static void
check_along (const Golden *golden, const StSpec *spec, guint32 *state, const float *gradient)
{
  StTensor tensors[ST_TENSORS_MAX];
  uint32_t first = 0, count = st_spec_tensors (spec, tensors);

  while (!g_str_has_prefix (tensors[first].name, "expand")
         && !g_str_has_prefix (tensors[first].name, "decoder"))
    first++;
  g_assert_cmpuint (first + TENSORS, <=, count);
  for (uint32_t i = 0; i < first; i++)
    for (size_t k = 0; k < tensors[i].length; k++)
      g_assert_cmpfloat (gradient[tensors[i].offset + k], ==, 0.0f);
  for (uint32_t i = 0; i < TENSORS; i++)
    {
      const StTensor *tensor = &tensors[first + i];
      g_autofree float *direction = g_new (float, tensor->length);
      double sum = 0.0, size = 0.0;
      draw (state, direction, tensor->length, -1.0, 1.0);
      for (size_t k = 0; k < tensor->length; k++)
        {
          double part = (double) direction[k] * (double) gradient[tensor->offset + k];
          sum += part;
          size += ABS (part);
        }
      g_assert_cmpfloat_with_epsilon (sum, golden->along[i], 1e-5 * size + 1e-7);
    }
}

static void
test_golden (gconstpointer data)
{
  static const uint32_t other[POINTS] = { 3, 0, 4, 1, 2, 5 };
  const Golden *golden = data;
  const StSpec spec = { .kind = golden->kind, .encoder = ST_ENCODER_S2, .image = { 8, 8, 1 },
                        .channels = 4, .dimension = D, .activation = golden->activation,
                        .hidden = { 9, 17 } };
  size_t n = st_spec_parameters (&spec);
  g_autofree float *parameters = g_new (float, n), *gradient = g_new0 (float, n);
  float z[POINTS * D], alpha[POINTS], probes[POINTS * D], mixed[POINTS * D];
  float dmixed[POINTS * D], dz[POINTS * D] = { 0 };
  StIsometryPass *pass;
  StWorkspace *workspace;
  StModel *model;
  guint32 state = 1;

  draw (&state, parameters, n, -0.5, 0.5);
  draw (&state, z, G_N_ELEMENTS (z), -2.0, 2.0);
  draw (&state, alpha, POINTS, -0.2, 1.2);
  draw (&state, probes, G_N_ELEMENTS (probes), -2.0, 2.0);
  g_assert_true (st_ok (st_model_new (&spec, parameters, &model)));
  g_assert_true (st_ok (st_workspace_new (&spec, POINTS, &workspace)));
  g_assert_true (st_ok (st_isometry_pass_new (&spec, golden->isometry, POINTS, &pass)));
  st_isometry_mix (POINTS, D, z, other, alpha, mixed);
  StIsometrySums sums = st_isometry_pass_forward (
    pass, model, workspace, POINTS, mixed,
    st_isometry_has_probes (golden->isometry) ? probes : NULL);
  st_isometry_pass_back (pass, model, workspace, &sums, POINTS, 1.0, gradient, dmixed);
  st_isometry_mix_back (POINTS, D, dmixed, other, alpha, dz);

  double value = st_isometry_value (golden->isometry, &sums, POINTS);
  g_assert_cmpfloat_with_epsilon (value, golden->value, 1e-5 * golden->value);
  for (size_t i = 0; i < POINTS * D; i++)
    g_assert_cmpfloat_with_epsilon ((double) dz[i], golden->dz[i],
                                    1e-5 * ABS (golden->dz[i]) + 1e-6);
  check_along (golden, &spec, &state, gradient);
  st_isometry_pass_free (pass);
  st_workspace_free (workspace);
  st_model_unref (model);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (GOLDENS); i++)
    {
      const Golden *golden = &GOLDENS[i];
      g_autofree char *path = g_strdup_printf (
        "/isometry-golden/%s/%s/%s", st_isometry_name (golden->isometry),
        st_kind_name (golden->kind), st_activation_name (golden->activation));
      g_test_add_data_func (path, golden, test_golden);
    }
  return g_test_run ();
}
