#include <st-file.h>
