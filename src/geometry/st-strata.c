#include <st-strata.h>
