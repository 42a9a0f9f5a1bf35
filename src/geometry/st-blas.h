/* OpenBLAS as this program uses it. */
#pragma once

/* One thread inside every call: the matrices are small, and the workers are ours.  Once, at the
 * start of a program, before any other thread. */
void st_blas_prepare (void);
