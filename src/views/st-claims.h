/* What the papers claim, and what a report's results say to it: claim by claim, with the
 * figures that decide and a verdict computed from them. */
#pragma once

#include <st-report.h>

typedef enum StClaimSource
{
  ST_CLAIM_SHRIVASTAVA,    /* arXiv 2412.04755 */
  ST_CLAIM_LEE,            /* ICLR 2022, isometric representation learning */
  ST_CLAIM_OWN,            /* what this program says of where strata come from */
  ST_CLAIM_SOURCES,
} StClaimSource;

typedef enum StFinding
{
  ST_FINDING_HOLDS,
  ST_FINDING_CONDITIONAL,  /* the verdict says on what condition: "only if …" */
  ST_FINDING_FAILS,
  ST_FINDING_UNKNOWN,      /* nothing was measured that could decide it */
} StFinding;

/* A number behind a verdict; value may be NaN. */
typedef struct StClaimNumber { const char *name; double value; } StClaimNumber;

typedef struct StClaim
{
  const char *id;          /* "vae-smooth", constant */
  StClaimSource source;
  const char *claim;       /* translated, constant */
  char *measured;          /* what was computed here, in words */
  StFinding finding;
  char *verdict;           /* "reproduced", "only if the latent is sampled" */
  GArray *numbers;         /* StClaimNumber */
} StClaim;

/* Constant names for files: "shrivastava-2024"; "reproduced", "conditional", … */
const char *st_claim_source_id (StClaimSource source);
const char *st_finding_id (StFinding finding);
/* "Shrivastava, Rameshan, Agnihotri (2024)", translated. */
const char *st_claim_source_name (StClaimSource source);

/* Every claim, of StClaim, in the order in which they are told; the array owns them. */
GPtrArray *st_claims_new (const StReport *report);
