#include <st-dataset.h>
