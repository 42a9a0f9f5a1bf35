#include <st-patches.h>

#include <st-alloc.h>

#include <string.h>

/* A patch as a record of words: how far it hangs over each of the four sides (zeros where
 * padding is not told apart), then its pixels' bits, outside ones as zeros.  Two patches
 * have the same padding exactly if they hang over the sides equally far. */
enum { OVERHANGS = 4 };

typedef struct Gather {
  StShape shape;
  StField field;
  bool tell_padding;
} Gather;

static uint32_t
bits (float pixel)
{
  float positive = pixel + 0.0f;  /* -0 becomes +0 */
  uint32_t word;
  memcpy (&word, &positive, sizeof word);
  return word;
}

static uint32_t
overhang_before (int64_t start)
{
  return start < 0 ? (uint32_t) -start : 0;
}

static uint32_t
overhang_behind (int64_t end, uint32_t side)
{
  return end > side ? (uint32_t) (end - side) : 0;
}

static void
gather_patch (const Gather *from, const float *image, uint32_t row, uint32_t column,
              uint32_t *record)
{
  StShape shape = from->shape;
  int64_t size = from->field.size;
  int64_t top = (int64_t) row * from->field.stride - from->field.padding;
  int64_t left = (int64_t) column * from->field.stride - from->field.padding;

  record[0] = record[1] = record[2] = record[3] = 0;
  if (from->tell_padding)
    {
      record[0] = overhang_before (top);
      record[1] = overhang_behind (top + size, shape.height);
      record[2] = overhang_before (left);
      record[3] = overhang_behind (left + size, shape.width);
    }
  uint32_t *word = record + OVERHANGS;
  for (uint32_t c = 0; c < shape.channels; c++)
    for (int64_t y = top; y < top + size; y++)
      for (int64_t x = left; x < left + size; x++)
        {
          bool inside = y >= 0 && y < shape.height && x >= 0 && x < shape.width;
          size_t at = inside ? ((size_t) c * shape.height + (size_t) y) * shape.width + (size_t) x
                             : 0;
          *word++ = inside ? bits (image[at]) : 0;
        }
}

static uint32_t
hash (const uint32_t *words, size_t n)
{
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < n; i++)
    h = (h ^ words[i]) * 16777619u;
  return h;
}

StStatus
st_patches_number (const float *const *images, uint32_t count, StShape shape, StField field,
                   uint32_t rows, uint32_t columns, bool tell_padding, uint32_t *cells,
                   uint32_t *distinct)
{
  Gather from = { shape, field, tell_padding };
  size_t length, words, each = (size_t) rows * columns, all;
  if (!st_multiply (each, count, &all)
      || !st_multiply ((size_t) field.size * field.size, shape.channels, &length)
      || !st_multiply (all + 1, length + OVERHANGS, &words))
    return st_failure (ST_NO_MEMORY, 0, 0);
  length += OVERHANGS;

  /* Records of the distinct patches so far, and behind them the present one. */
  uint32_t *records = st_alloc (words, sizeof *records);
  uint32_t *hashes = st_alloc (all, sizeof *hashes);
  StStatus status = st_success ();
  if (records == NULL || hashes == NULL)
    {
      status = st_failure (ST_NO_MEMORY, (int64_t) (words * sizeof *records), 0);
      goto done;
    }

  uint32_t found = 0;
  for (size_t cell = 0; cell < all; cell++)
    {
      uint32_t *record = records + found * length;
      uint32_t place = (uint32_t) (cell % each);
      gather_patch (&from, images[cell / each], place / columns, place % columns, record);
      uint32_t h = hash (record, length);
      uint32_t same = 0;
      while (same < found
             && (hashes[same] != h
                 || memcmp (records + same * length, record, length * sizeof *record) != 0))
        same++;
      if (same == found)
        hashes[found++] = h;
      if (cells != NULL)
        cells[cell] = same;
    }
  *distinct = found;

done:
  st_free (records);
  st_free (hashes);
  return status;
}

StStatus
st_patches_distinct (const float *image, StShape shape, StField field, uint32_t rows,
                     uint32_t columns, bool tell_padding, uint32_t *cells, uint32_t *distinct)
{
  return st_patches_number (&image, 1, shape, field, rows, columns, tell_padding, cells,
                            distinct);
}
