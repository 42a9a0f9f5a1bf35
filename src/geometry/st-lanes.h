/* The loops of the geometry that take the time, compiled once for each level of the processor
 * (core/st-processor.h) and chosen when the program runs.
 *
 * Matrices lie across the lanes of the registers: a number of lane 0, the same one of lane 1
 * and so on beside each other, written [lanes] below.  No lane knows of another, so what a
 * matrix gives depends neither on its lane nor on its neighbours.  One machine always takes
 * the same set; two levels may differ in rounding. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { ST_LANES_MAX = 8 };

/* As many symmetric n x n matrices as there are lanes, on their way to a diagonal. */
typedef struct StLaneMatrices {
  size_t n;
  double *a;         /* [n columns][n rows][lanes], lower triangles; then the reflectors */
  double *q;         /* [n columns][n rows][lanes], the eigenvectors */
  double *diagonal;  /* [n][lanes], of the tridiagonal matrices; then the eigenvalues */
  double *off;       /* [n][lanes], entries beside the diagonal, i to i + 1; the last is 0 */
  double *tau;       /* [n][lanes], of the reflectors */
  double *spare;     /* [3][n][lanes] */
  double *largest;   /* [lanes], of |a|, not finite if some entry is not */
  double *scale;     /* [lanes], what a is multiplied by before anything else */
} StLaneMatrices;

/* One point against all others in t-SNE (st-tsne.h).  n is a multiple of ST_LANES_MAX; at places
 * behind the last point p is 0, and x and y are so far away that they count for nothing. */
typedef struct StTsneRow {
  size_t n, self;
  const double *p;      /* [n] */
  const double *x, *y;  /* [n] */
} StTsneRow;

/* Sums over j != self, with num = 1 / (1 + |y_self - y_j|^2). */
typedef struct StTsneSums {
  double normal;          /* num */
  double pull_x, pull_y;  /* p num (y_self - y_j) */
  double push_x, push_y;  /* num^2 (y_self - y_j) */
} StTsneSums;

typedef struct StLanes {
  const char *name;
  size_t lanes;

  /* Sums of the rows and columns of x[rows][columns]; returns max |x|, which is not finite if
   * some number is not. */
  float (*sums) (size_t rows, size_t columns, const float *x, double *row_sums,
                 double *column_sums);
  /* The lower triangle of weight X X^T, column-major, of x[rows][m]; the upper one is left with
   * anything. */
  void (*outer) (size_t rows, size_t m, const double *x, double weight, double *s);

  /* The lower triangles of matrices[count][n][n] into a, zeros where there are fewer than
   * lanes, and largest. */
  void (*load) (StLaneMatrices *batch, size_t count, const double *matrices);
  /* a to tridiagonal form. */
  void (*reduce) (StLaneMatrices *batch);
  /* Eigenvalues into diagonal, in no order.  Returns one bit for each lane in which they did
   * not converge. */
  uint32_t (*values) (StLaneMatrices *batch);
  /* The same, and eigenvectors into q, column j to diagonal[j]. */
  uint32_t (*vectors) (StLaneMatrices *batch);

  void (*tsne_row) (const StTsneRow *row, StTsneSums *sums);
} StLanes;

/* The best set that this processor can run. */
const StLanes *st_lanes (void);
/* All of them that it can, the best first; NULL behind the last. */
const StLanes *st_lanes_nth (uint32_t i);
