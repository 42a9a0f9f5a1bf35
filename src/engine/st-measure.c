#include <st-measure.h>
