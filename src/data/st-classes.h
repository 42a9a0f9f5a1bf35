/* Which of a dataset's images are meant: those of some of its classes, from one of them on. */
#pragma once

#include <st-dataset.h>

enum { ST_CLASSES_MAX = 256 };

/* One bit a class; none at all stands for all images, also those without a label. */
typedef struct StClasses { uint8_t bits[ST_CLASSES_MAX / 8]; } StClasses;

/* "0,1", "" for all.  On failure *wrong is where in the text the part begins that is no whole number
 * from 0 to 255. */
bool st_classes_parse (const char *text, StClasses *classes, size_t *wrong);
/* The same text; it fits into text[ST_CLASSES_TEXT]. */
enum { ST_CLASSES_TEXT = 4 * ST_CLASSES_MAX };
void st_classes_format (const StClasses *classes, char text[ST_CLASSES_TEXT]);

bool st_classes_are_all (const StClasses *classes);
bool st_classes_have (const StClasses *classes, uint32_t label);
void st_classes_set (StClasses *classes, uint32_t label, bool wanted);
bool st_classes_equal (const StClasses *a, const StClasses *b);
/* A class that a dataset does not have, or -1. */
int st_classes_missing (const StClasses *classes, const StDataset *dataset);

/* The indices of the first `most` such images from `start` on; returns how many there are.
 * indices[the lesser of most and the dataset's count]. */
uint32_t st_classes_choose (const StClasses *classes, const StDataset *dataset, uint64_t start,
                            uint64_t most, uint32_t *indices);
