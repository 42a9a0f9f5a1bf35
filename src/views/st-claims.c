/* The table of claims, each with the function that looks for its numbers in a report.  A
 * function that finds none leaves the claim undecided; no verdict is written down here. */
#include <st-claim-checks.h>

#include <st-config.h>
#define GETTEXT_PACKAGE ST_GETTEXT_DOMAIN
#include <glib/gi18n-lib.h>

typedef struct Row
{
  const char *id;
  StClaimSource source;
  const char *claim;
  void (*check) (const StReport *report, StKind kind, StClaim *claim);
  StKind kind;
} Row;

static const Row rows[] = {
  { "cae-stratified", ST_CLAIM_SHRIVASTAVA,
    N_("The latent manifold of a CAE is stratified: ranks vary between images"),
    st_claim_check_stratified, ST_KIND_CAE },
  { "dae-stratified", ST_CLAIM_SHRIVASTAVA,
    N_("The latent manifold of a DAE is stratified: ranks vary between images"),
    st_claim_check_stratified, ST_KIND_DAE },
  { "cae-moves", ST_CLAIM_SHRIVASTAVA,
    N_("Distorting the input moves a CAE's latents to other strata"), st_claim_check_moves,
    ST_KIND_CAE },
  { "dae-moves", ST_CLAIM_SHRIVASTAVA,
    N_("Distorting the input moves a DAE's latents to other strata"), st_claim_check_moves,
    ST_KIND_DAE },
  { "vae-smooth", ST_CLAIM_SHRIVASTAVA,
    N_("The latent manifold of a VAE is smooth: one rank triple for all images at every level"),
    st_claim_check_smooth, ST_KIND_VAE },
  { "vae-definite", ST_CLAIM_SHRIVASTAVA,
    N_("A VAE's S1 and S2 are positive definite, whatever the image"), st_claim_check_definite,
    ST_KIND_VAE },
  { "cae-turns", ST_CLAIM_SHRIVASTAVA,
    N_("In the Hilbert space the subspace of a CAE turns away as the distortion grows"),
    st_claim_check_turns, ST_KIND_CAE },
  { "dae-turns", ST_CLAIM_SHRIVASTAVA,
    N_("In the Hilbert space the subspace of a DAE turns away as the distortion grows"),
    st_claim_check_turns, ST_KIND_DAE },
  { "vae-stays", ST_CLAIM_SHRIVASTAVA,
    N_("In the Hilbert space the subspace of a VAE stays as the distortion grows"),
    st_claim_check_stays, ST_KIND_VAE },

  { "isometry-condition", ST_CLAIM_LEE,
    N_("With the isometry term a decoder is closer to a scaled isometry: its metric's condition "
       "number falls towards 1"), st_claim_check_condition, ST_KIND_IRVAE },
  { "isometry-cost", ST_CLAIM_LEE, N_("The term costs little in reconstruction"),
    st_claim_check_cost, ST_KIND_IRVAE },
  { "isometry-straight", ST_CLAIM_LEE,
    N_("Straight lines in such a latent space are close to geodesics"), st_claim_check_straight,
    ST_KIND_IRVAE },

  { "patches-bound", ST_CLAIM_OWN,
    N_("Whatever the weights, the rank of S3 is at most the number of distinct patches that the "
       "latent's cells see, less one"), st_claim_check_bound, ST_KIND_CAE },
  { "patches-equal", ST_CLAIM_OWN,
    N_("The rank of S3 nearly always equals that bound"), st_claim_check_patches, ST_KIND_CAE },
  { "untrained-same", ST_CLAIM_OWN,
    N_("A network that has seen no image, with random biases, has the same strata"),
    st_claim_check_untrained, ST_KIND_CAE },
  { "dae-denoises", ST_CLAIM_OWN, N_("A DAE rebuilds distorted images better than a CAE"),
    st_claim_check_denoises, ST_KIND_DAE },
};

const char *
st_claim_source_id (StClaimSource source)
{
  static const char *const ids[ST_CLAIM_SOURCES] = {
    [ST_CLAIM_SHRIVASTAVA] = "shrivastava-2024", [ST_CLAIM_LEE] = "lee-2022",
    [ST_CLAIM_OWN] = "stratoscope" };
  return ids[source];
}

const char *
st_claim_source_name (StClaimSource source)
{
  static const char *const names[ST_CLAIM_SOURCES] = {
    [ST_CLAIM_SHRIVASTAVA] = N_("Shrivastava, Rameshan, Agnihotri: Latent Space Characterization "
                                "of Autoencoder Variants (2024)"),
    [ST_CLAIM_LEE] = N_("Lee, Yoon, Son, Park: Regularized Autoencoders for Isometric "
                        "Representation Learning (2022)"),
    [ST_CLAIM_OWN] = N_("Where the strata come from: statements of this program") };
  return _(names[source]);
}

const char *
st_finding_id (StFinding finding)
{
  static const char *const ids[] = {
    [ST_FINDING_HOLDS] = "reproduced", [ST_FINDING_CONDITIONAL] = "conditional",
    [ST_FINDING_FAILS] = "not-reproduced", [ST_FINDING_UNKNOWN] = "not-measured" };
  return ids[finding];
}

static void
claim_free (gpointer data)
{
  StClaim *claim = data;
  g_free (claim->measured);
  g_free (claim->verdict);
  g_array_unref (claim->numbers);
  g_free (claim);
}

GPtrArray *
st_claims_new (const StReport *report)
{
  GPtrArray *claims = g_ptr_array_new_with_free_func (claim_free);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      StClaim *claim = g_new0 (StClaim, 1);
      claim->id = rows[i].id;
      claim->source = rows[i].source;
      claim->claim = _(rows[i].claim);
      claim->numbers = g_array_new (FALSE, FALSE, sizeof (StClaimNumber));
      st_claim_decide (claim, ST_FINDING_UNKNOWN, NULL, g_strdup ("–"));
      if (rows[i].check != NULL)
        rows[i].check (report, rows[i].kind, claim);
      g_ptr_array_add (claims, claim);
    }
  return claims;
}
