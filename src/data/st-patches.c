#include <st-patches.h>
