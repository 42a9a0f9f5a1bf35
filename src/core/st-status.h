/* A status: what went wrong, as a value without words.
 *
 * Every layer up to io returns one of these; only views turns it into a
 * sentence for a person (st_words_status()), adding the file's name.  The
 * meaning of offset, a and b is fixed by the code.  Passed by value; nothing
 * to free. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum StCode {
  ST_OK = 0,
  ST_NO_MEMORY,       /* a: bytes asked for, or 0 if they overflowed */
  ST_CANCELLED,       /* somebody asked for it; not a failure to report */
  ST_NO_THREAD,       /* a: errno of pthread_create */
  ST_RANGE,           /* a value out of its range; a, b: the range, where whole numbers */
  ST_SHAPE,           /* arrays that do not fit; a: what came, b: what was needed */
  ST_NON_FINITE,      /* a: image, b: index inside it */
  ST_NO_CONVERGENCE,  /* a LAPACK routine gave up; a: its info */
  ST_DIVERGED,        /* a training loss ceased to be finite; a: epoch, b: batch, from 1 */
  ST_NOT_BUILT,       /* known to the design, not to this version */

  ST_FILE_MISSING,    /* no such file */
  ST_FILE_DENIED,     /* no permission */
  ST_FILE_FOLDER,     /* a folder where a file was expected */
  ST_FILE_IS_FILE,    /* where a folder is needed */
  ST_FILE_NO_FOLDER,  /* the folder to save in is not there */
  ST_FILE_READ_ONLY,  /* on a file system that cannot be written to */
  ST_FILE_FULL,       /* the disk (or quota, or file size limit) is full */
  ST_FILE_IO,         /* another failure of the system; a: GIOErrorEnum */
  ST_FILE_EMPTY,      /* no bytes at all */
  ST_FILE_TRUNCATED,  /* a: bytes there, b: bytes needed */
  ST_FILE_OVERSIZED,  /* bytes behind the end; a: bytes there, b: bytes needed */
  ST_FILE_TOO_LARGE,  /* more than this program opens; a: bytes or items, b: the bound */
  ST_FILE_MAGIC,      /* does not begin as its format does */
  ST_FILE_GZIP,       /* compressed data are damaged; a: 1 where they only end too early */
  ST_FILE_HEADER,     /* a header that cannot be read; offset: where */
  ST_FILE_TYPE,       /* a number type that is not read; a: index of the tensor, or -1 */
  ST_FILE_LAYOUT,     /* tensors that overlap or leave holes; a: index of the tensor in the file */
  ST_FILE_VERSION,    /* written by a newer version; a: its version, b: the newest known */
  ST_FILE_UNKNOWN,    /* no format of ours */
  ST_FILE_NOT_DATASET,/* readable, but holds no images; a: dimensions found */
  ST_FILE_AXES,       /* an array of another rank; a: axes there, b: axes needed */
  ST_FILE_LABELS,     /* a: labels there, b: images there */
  ST_DATASET_ABSENT,  /* a dataset known by name whose files are not installed */
  ST_MODEL_KIND,      /* the metadata name no kind that is known */
  ST_MODEL_ENCODER,   /* the metadata name no encoder that is known */
  ST_MODEL_MISSING,   /* a tensor is not there; a: its index in st_spec_tensors() */
  ST_MODEL_EXTRA,     /* a tensor that the kind does not have; a: its index in the file */
  ST_MODEL_SHAPE,     /* a tensor does not fit its kind; a: its index in st_spec_tensors() */
} StCode;

typedef struct StStatus {
  StCode code;
  uint64_t offset;  /* byte offset in a file, else 0 */
  int64_t a, b;
} StStatus;

static inline bool st_ok (StStatus status) { return status.code == ST_OK; }
static inline StStatus st_success (void) { return (StStatus) { .code = ST_OK }; }
static inline StStatus st_failure (StCode code, int64_t a, int64_t b)
{
  return (StStatus) { .code = code, .a = a, .b = b };
}
