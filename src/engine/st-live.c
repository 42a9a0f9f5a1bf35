#include <st-live.h>
