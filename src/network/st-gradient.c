#include <st-gradient.h>
