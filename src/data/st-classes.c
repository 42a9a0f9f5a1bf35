#include <st-classes.h>

#include <string.h>

/* Reads a whole number from 0 to 255; NULL if there is none. */
static const char *
read_label (const char *text, uint32_t *label)
{
  const char *at = text;
  uint32_t number = 0;
  while (*at >= '0' && *at <= '9' && number < ST_CLASSES_MAX)
    number = 10 * number + (uint32_t) (*at++ - '0');
  if (at == text || number >= ST_CLASSES_MAX)
    return NULL;
  *label = number;
  return at;
}

bool
st_classes_parse (const char *text, StClasses *classes, size_t *wrong)
{
  const char *part = text;
  *classes = (StClasses) { 0 };
  while (*text != '\0')
    {
      uint32_t label;
      const char *end = read_label (part, &label);
      if (end == NULL || (*end != ',' && *end != '\0'))
        {
          *wrong = (size_t) (part - text);
          return false;
        }
      st_classes_set (classes, label, true);
      if (*end == '\0')
        break;
      part = end + 1;
    }
  return true;
}

static size_t
write_label (uint32_t label, char *text)
{
  size_t n = 0;
  if (label >= 100)
    text[n++] = (char) ('0' + label / 100);
  if (label >= 10)
    text[n++] = (char) ('0' + label / 10 % 10);
  text[n++] = (char) ('0' + label % 10);
  return n;
}

void
st_classes_format (const StClasses *classes, char text[ST_CLASSES_TEXT])
{
  size_t n = 0;
  for (uint32_t label = 0; label < ST_CLASSES_MAX; label++)
    if (st_classes_have (classes, label))
      {
        if (n > 0)
          text[n++] = ',';
        n += write_label (label, text + n);
      }
  text[n] = '\0';
}

bool
st_classes_are_all (const StClasses *classes)
{
  static const StClasses none;
  return st_classes_equal (classes, &none);
}

bool
st_classes_have (const StClasses *classes, uint32_t label)
{
  return (classes->bits[label / 8] >> label % 8 & 1) != 0;
}

void
st_classes_set (StClasses *classes, uint32_t label, bool wanted)
{
  const uint8_t bit = (uint8_t) (1u << label % 8);
  uint8_t *bits = &classes->bits[label / 8];
  *bits = (uint8_t) (wanted ? *bits | bit : *bits & ~bit);
}

bool
st_classes_equal (const StClasses *a, const StClasses *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

int
st_classes_missing (const StClasses *classes, const StDataset *dataset)
{
  for (uint32_t label = st_dataset_classes (dataset); label < ST_CLASSES_MAX; label++)
    if (st_classes_have (classes, label))
      return (int) label;
  return -1;
}

uint32_t
st_classes_choose (const StClasses *classes, const StDataset *dataset, uint64_t start,
                   uint64_t most, uint32_t *indices)
{
  const uint32_t total = st_dataset_count (dataset);
  const bool all = st_classes_are_all (classes);
  uint32_t found = 0;
  for (uint64_t i = start; i < total && found < most; i++)
    {
      const int label = st_dataset_label (dataset, (uint32_t) i);
      if (all || (label != ST_NO_LABEL && st_classes_have (classes, (uint32_t) label)))
        indices[found++] = (uint32_t) i;
    }
  return found;
}
