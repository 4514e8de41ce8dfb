#pragma STDC FP_CONTRACT OFF

#include "skewlab_kernels.h"

// Rows at a time: the results stay in the first-level cache while the columns pass.
#define BATCH 512

void skewlab_weighted_columns(
    const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double constant, double *out) {
  for (size_t start = 0; start < rows; start += BATCH) {
    size_t n = rows - start < BATCH ? rows - start : BATCH;
    double *restrict result = out + start;
    for (size_t i = 0; i < n; i++) result[i] = constant;
    size_t j = 0;
    for (; j + 4 <= count; j += 4) {
      const double *restrict a = columns + start + j * stride;
      const double *restrict b = a + stride;
      const double *restrict c = b + stride;
      const double *restrict d = c + stride;
      double u = weights[j], v = weights[j + 1], w = weights[j + 2], x = weights[j + 3];
      for (size_t i = 0; i < n; i++) result[i] = (((result[i] + a[i] * u) + b[i] * v) + c[i] * w) + d[i] * x;
    }
    for (; j < count; j++) {
      const double *restrict a = columns + start + j * stride;
      double u = weights[j];
      for (size_t i = 0; i < n; i++) result[i] = result[i] + a[i] * u;
    }
  }
}
