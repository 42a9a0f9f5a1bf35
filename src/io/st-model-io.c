#include <st-model-io.h>
