#include <st-spec.h>
