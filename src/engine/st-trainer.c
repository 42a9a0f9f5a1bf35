#include <st-trainer.h>
