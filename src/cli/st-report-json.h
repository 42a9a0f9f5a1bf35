/* A report as JSON. */
#pragma once

#include <jansson.h>
#include <st-claims.h>

json_t *st_report_json (const StReport *report, const GPtrArray *claims);
