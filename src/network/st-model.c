#include <st-model.h>
