#include <st-places.h>
