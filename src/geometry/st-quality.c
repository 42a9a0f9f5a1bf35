#include <st-quality.h>
