/* Measures, for a report, what the isometry term does: two models of one shape, one trained without
 * and one with it. */
#pragma once

#include "st-cli.h"

#include <st-report.h>

/* The first such pair among the files, if there is one and the dataset is the one that both were
 * trained on: on as many images of their classes as the selection says.  ST_EXIT_DONE, also where
 * there is no pair; or the status after it has said why not. */
int st_report_measure_isometry (StReport *report, const StCommon *common,
                                const StSelection *selection, const GPtrArray *paths,
                                StPool *pool);
