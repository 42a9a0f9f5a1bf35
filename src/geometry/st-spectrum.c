#include <st-spectrum.h>
