/* Private to views: how a claim is checked against a report. */
#pragma once

#include <st-claims.h>

/* Each leaves the claim undecided where its numbers are not in the report. */
void st_claim_check_stratified (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_moves (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_smooth (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_definite (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_turns (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_stays (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_condition (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_cost (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_straight (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_bound (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_patches (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_untrained (const StReport *report, StKind kind, StClaim *claim);
void st_claim_check_denoises (const StReport *report, StKind kind, StClaim *claim);

/* Takes both texts; verdict is NULL where the finding has its usual word. */
void st_claim_decide (StClaim *claim, StFinding finding, char *verdict, char *measured);
/* What is claimed of images, by the share of those that it is true of. */
void st_claim_decide_by_share (StClaim *claim, double share, double enough, char *measured);
void st_claim_number (StClaim *claim, const char *name, double value);

/* "39 %", "23 strata"; callers free. */
char *st_claim_percent (double share);
char *st_claim_strata (guint strata);

/* The first column of a kind with a latent, or -1. */
int st_claim_column (const StReport *report, StKind kind, StLatent latent);
/* A column's result at level 0. */
const StResult *st_claim_clean (const StReport *report, int column);
/* The same in numbers; NULL if column is -1. */
const StSummary *st_claim_clean_summary (const StReport *report, int column);
/* Rank triples of a result's images; caller frees. */
StTriple *st_claim_triples (const StReport *report, const StResult *result);
/* The share of images whose ranks are the same in both, of S1, S2 and S3 together. */
double st_claim_share_equal (const StReport *report, const StResult *a, const StResult *b);
