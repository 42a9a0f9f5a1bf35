#include <st-dataset-io.h>
