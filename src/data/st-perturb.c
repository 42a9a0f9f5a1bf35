#include <st-perturb.h>
