/* The header of an .npy file is a Python dictionary written by repr().  Exactly what NumPy
 * writes is read, in any order of the keys: three keys, each once, plain strings, True or
 * False, a tuple of whole numbers. */
#include <st-npy.h>

#include <st-alloc.h>

#include <string.h>

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "numbers are copied from files as they are"
#endif

enum { MAGIC = 6, HEADER_MAX = 1 << 16 };

typedef struct Parser {
  const char *start, *at, *end;
  guint64 base;      /* offset of start in the file */
} Parser;

static StStatus
header_error (const Parser *parser)
{
  return (StStatus) { .code = ST_FILE_HEADER,
                      .offset = parser->base + (guint64) (parser->at - parser->start) };
}

static void
skip_space (Parser *parser)
{
  while (parser->at < parser->end && *parser->at == ' ')
    parser->at++;
}

static gboolean
take (Parser *parser, char c)
{
  skip_space (parser);
  if (parser->at == parser->end || *parser->at != c)
    return FALSE;
  parser->at++;
  return TRUE;
}

static gboolean
take_word (Parser *parser, const char *word)
{
  gsize length = strlen (word);
  skip_space (parser);
  if ((gsize) (parser->end - parser->at) < length || memcmp (parser->at, word, length) != 0)
    return FALSE;
  parser->at += length;
  return TRUE;
}

/* A string of at most 15 plain characters. */
static gboolean
take_string (Parser *parser, char out[16])
{
  skip_space (parser);
  if (parser->at == parser->end || (*parser->at != '\'' && *parser->at != '"'))
    return FALSE;
  const char *first = parser->at + 1;
  const char *last = memchr (first, *parser->at, (gsize) (parser->end - first));
  if (last == NULL || last - first > 15)
    return FALSE;
  memcpy (out, first, (gsize) (last - first));
  out[last - first] = '\0';
  parser->at = last + 1;
  return TRUE;
}

static gboolean
take_number (Parser *parser, gsize *number)
{
  skip_space (parser);
  const char *first = parser->at;
  *number = 0;
  for (; parser->at < parser->end && g_ascii_isdigit (*parser->at); parser->at++)
    {
      gsize digit = (gsize) (*parser->at - '0');
      if (*number > (G_MAXINT64 - digit) / 10)
        return FALSE;
      *number = *number * 10 + digit;
    }
  return parser->at > first;
}

static StStatus
take_shape (Parser *parser, StNpy *npy)
{
  if (!take (parser, '('))
    return header_error (parser);
  guint axes = 0;
  gboolean comma = FALSE;
  for (; !take (parser, ')'); axes++)
    {
      gsize number;
      if ((axes > 0 && !comma) || !take_number (parser, &number))
        return header_error (parser);
      if (axes < G_N_ELEMENTS (npy->shape))
        npy->shape[axes] = number;
      comma = take (parser, ',');
    }
  if (axes > G_N_ELEMENTS (npy->shape))
    return st_failure (ST_FILE_AXES, axes, G_N_ELEMENTS (npy->shape));
  npy->dimensions = axes;
  /* (3) is a number in Python, not a tuple. */
  return axes == 1 && !comma ? header_error (parser) : st_success ();
}

static StStatus
take_type (Parser *parser, StNpy *npy)
{
  static const struct { const char *name; StNpyType type; } types[] = {
    { "<f4", ST_NPY_F32 }, { "<f8", ST_NPY_F64 }, { "|u1", ST_NPY_U8 },
  };
  char name[16];

  skip_space (parser);
  if (parser->at < parser->end && *parser->at == '[')   /* a record type */
    return st_failure (ST_FILE_TYPE, -1, 0);
  if (!take_string (parser, name))
    return header_error (parser);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (name, types[i].name) == 0)
      {
        npy->type = types[i].type;
        return st_success ();
      }
  return st_failure (ST_FILE_TYPE, -1, 0);
}

static StStatus
take_value (Parser *parser, const char *key, StNpy *npy, gboolean *fortran, guint *seen)
{
  static const char *const keys[] = { "descr", "fortran_order", "shape" };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (strcmp (key, keys[i]) != 0)
        continue;
      if (*seen & (1u << i))
        break;
      *seen |= 1u << i;
      if (i == 0)
        return take_type (parser, npy);
      if (i == 2)
        return take_shape (parser, npy);
      *fortran = take_word (parser, "True");
      return *fortran || take_word (parser, "False") ? st_success () : header_error (parser);
    }
  return header_error (parser);
}

static StStatus
parse_header (Parser *parser, StNpy *npy, gboolean *fortran)
{
  guint seen = 0;
  gboolean comma = TRUE;
  if (!take (parser, '{'))
    return header_error (parser);
  while (!take (parser, '}'))
    {
      char key[16];
      if (!comma || !take_string (parser, key) || !take (parser, ':'))
        return header_error (parser);
      StStatus status = take_value (parser, key, npy, fortran, &seen);
      if (!st_ok (status))
        return status;
      comma = take (parser, ',');
    }
  skip_space (parser);
  if (parser->at < parser->end && *parser->at == '\n')
    parser->at++;
  return seen == 7 && parser->at == parser->end ? st_success () : header_error (parser);
}

static gsize
item_size (StNpyType type)
{
  return type == ST_NPY_U8 ? 1 : type == ST_NPY_F32 ? 4 : 8;
}

/* Elements of `size` bytes from Fortran's order, first index fastest, into C's. */
static void
reorder (const StNpy *npy, gsize size, const guint8 *from, guint8 *to)
{
  gsize index[4] = { 0 }, stride[4], step = 1;
  for (guint d = 0; d < npy->dimensions; d++)
    {
      stride[d] = step;
      step *= npy->shape[d];
    }
  for (gsize i = 0; i < npy->count; i++)
    {
      gsize source = 0;
      for (guint d = 0; d < npy->dimensions; d++)
        source += index[d] * stride[d];
      memcpy (to + i * size, from + source * size, size);
      for (guint d = npy->dimensions; d-- > 0 && ++index[d] == npy->shape[d];)
        index[d] = 0;
    }
}

/* start: where the numbers begin in the file. */
static StStatus
read_items (const guint8 *data, gsize start, gsize size, gboolean fortran, StNpy *npy)
{
  gsize needed, item = item_size (npy->type);
  npy->count = 1;
  for (guint d = 0; d < npy->dimensions; d++)
    if (!st_multiply (npy->count, npy->shape[d], &npy->count))
      return st_failure (ST_FILE_TOO_LARGE, G_MAXINT64, G_MAXINT64);
  if (!st_multiply (npy->count, item, &needed) || needed > G_MAXINT64 - start)
    return st_failure (ST_FILE_TOO_LARGE, G_MAXINT64, G_MAXINT64);
  if (size != start + needed)
    return st_failure (size < start + needed ? ST_FILE_TRUNCATED : ST_FILE_OVERSIZED,
                       (int64_t) size, (int64_t) (start + needed));

  npy->data = st_alloc (npy->count, item);
  if (npy->data == NULL)
    return st_failure (ST_NO_MEMORY, (int64_t) needed, 0);
  if (fortran)
    reorder (npy, item, data + start, npy->data);
  else if (needed > 0)
    memcpy (npy->data, data + start, needed);
  return st_success ();
}

StStatus
st_npy_parse (GBytes *bytes, StNpy *npy)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  memset (npy, 0, sizeof *npy);
  if (size == 0)
    return st_failure (ST_FILE_EMPTY, 0, 0);
  if (memcmp (data, "\x93NUMPY", MIN (size, MAGIC)) != 0)
    return st_failure (ST_FILE_MAGIC, 0, 0);
  if (size < 12)
    return st_failure (ST_FILE_TRUNCATED, (int64_t) size, 12);
  if (data[6] < 1 || data[6] > 3)
    return st_failure (ST_FILE_VERSION, data[6], 3);

  gsize start = data[6] == 1 ? 10 : 12;
  gsize length = data[8] | (gsize) data[9] << 8;
  if (data[6] > 1)
    length |= (gsize) data[10] << 16 | (gsize) data[11] << 24;
  if (length > HEADER_MAX)
    return st_failure (ST_FILE_TOO_LARGE, (int64_t) length, HEADER_MAX);
  if (size - start < length)
    return st_failure (ST_FILE_TRUNCATED, (int64_t) size, (int64_t) (start + length));

  const char *text = (const char *) data + start;
  Parser parser = { .start = text, .at = text, .end = text + length, .base = start };
  gboolean fortran = FALSE;
  StStatus status = parse_header (&parser, npy, &fortran);
  if (st_ok (status))
    status = read_items (data, start + length, size, fortran, npy);
  return status;
}

gboolean
st_npy_recognise (GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  return size >= MAGIC && memcmp (data, "\x93NUMPY", MAGIC) == 0;
}

StStatus
st_npy_floats (const StNpy *npy, float **floats)
{
  float *out = st_alloc (npy->count, sizeof *out);
  if (out == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  for (gsize i = 0; i < npy->count; i++)
    switch (npy->type)
      {
      case ST_NPY_U8:
        out[i] = (float) ((const guint8 *) npy->data)[i];
        break;
      case ST_NPY_F32:
        out[i] = ((const float *) npy->data)[i];
        break;
      case ST_NPY_F64:
        out[i] = (float) ((const double *) npy->data)[i];
        break;
      }
  *floats = out;
  return st_success ();
}

void
st_npy_clear (StNpy *npy)
{
  st_free (npy->data);
  memset (npy, 0, sizeof *npy);
}

StStatus
st_npy_format (guint dimensions, const gsize *shape, const float *data, GBytes **bytes)
{
  g_autoptr (GString) header = g_string_new ("{'descr': '<f4', 'fortran_order': False, 'shape': (");
  gsize count = 1, size;
  for (guint d = 0; d < dimensions; d++)
    {
      g_string_append_printf (header, "%s%" G_GSIZE_FORMAT, d > 0 ? ", " : "", shape[d]);
      if (!st_multiply (count, shape[d], &count))
        return st_failure (ST_NO_MEMORY, 0, 0);
    }
  g_string_append (header, dimensions == 1 ? ",), }" : "), }");
  /* Magic, version, length, header and newline together are a multiple of 64. */
  while ((MAGIC + 4 + header->len + 1) % 64 != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');

  gsize start = MAGIC + 4 + header->len;
  guint8 *out = NULL;
  if (st_multiply (count, sizeof (float), &size) && size <= G_MAXINT64 - start)
    out = g_try_malloc (start + size);
  if (out == NULL)
    return st_failure (ST_NO_MEMORY, 0, 0);
  memcpy (out, "\x93NUMPY\x01\x00", MAGIC + 2);
  out[8] = (guint8) (header->len & 0xff);
  out[9] = (guint8) (header->len >> 8);
  memcpy (out + MAGIC + 4, header->str, header->len);
  if (size > 0)
    memcpy (out + start, data, size);
  *bytes = g_bytes_new_take (out, start + size);
  return st_success ();
}
