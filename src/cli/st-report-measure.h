/* Measures models for a report: each at every level of the grid and at the level shown, those
 * that sample by their mean and by a sample. */
#pragma once

#include "st-cli.h"

#include <st-images.h>
#include <st-report.h>

/* Adds a model's columns to the query and the report, and takes its references.  A sentence, to
 * be freed, if there are too many. */
char *st_report_add_model (StReport *report, StLiveQuery *query, const char *path,
                           StModelFile *file);
/* Fills report->frame for the query, and the untrained controls.  ST_EXIT_DONE, or the status
 * after it has said why not. */
int st_report_measure (StReport *report, const StCommon *common, const StLiveQuery *query,
                       StPool *pool);
