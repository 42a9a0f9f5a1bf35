#include <st-npy.h>
