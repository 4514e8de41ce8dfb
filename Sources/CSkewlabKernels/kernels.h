// The bodies of the bulk kernels, included once by the file of each instruction set. Plain C that compilers vectorise; nothing here
// depends on the instruction set but the speed.

#include "elementary.h"
#include "philox.h"
#include "table.h"

// Blocks generated at a time: the lanes and the results stay in the first-level cache.
#define BLOCK_BATCH 512
// Rows of a prediction at a time: the results stay in the first-level cache while the columns pass.
#define ROW_BATCH 512

// Vectors that go side by side through a loop: one alone would wait for its own multiplications.
#define VECTORS(count) PRAGMA(clang loop interleave_count(count))
#define PRAGMA(text) _Pragma(#text)

static void kernel_philox_blocks(skewlab_counter at, uint32_t first_block, size_t blocks, uint64_t *out) {
  VECTORS(4)
  for (size_t i = 0; i < blocks; i++) skewlab_philox(at, first_block + (uint32_t)i, &out[2 * i], &out[2 * i + 1]);
}

/// The two lanes of each block in arrays of their own.
SKEWLAB_INLINE void split_blocks(skewlab_counter at, uint32_t first_block, size_t blocks, uint64_t *low, uint64_t *high) {
  VECTORS(4)
  for (size_t i = 0; i < blocks; i++) skewlab_philox(at, first_block + (uint32_t)i, &low[i], &high[i]);
}

// MARK: Paired rows

/// Turns whole blocks into two results each: out[2i] for lane 0, out[2i + 1] for lane 1.
typedef void block_map(skewlab_counter at, uint32_t first_block, size_t blocks, double *out);

/// Calls map for whole blocks, and keeps one half of the first and last block if the rows begin or end inside one.
SKEWLAB_INLINE void paired(skewlab_counter at, uint64_t first_row, size_t rows, double *out, block_map map) {
  double pair[2];
  if (rows > 0 && (first_row & 1)) {
    map(at, (uint32_t)(first_row >> 1), 1, pair);
    *out++ = pair[1];
    first_row++;
    rows--;
  }
  while (rows > 1) {
    size_t blocks = rows / 2 < BLOCK_BATCH ? rows / 2 : BLOCK_BATCH;
    map(at, (uint32_t)(first_row >> 1), blocks, out);
    out += 2 * blocks;
    first_row += 2 * blocks;
    rows -= 2 * blocks;
  }
  if (rows > 0) {
    map(at, (uint32_t)(first_row >> 1), 1, pair);
    *out = pair[0];
  }
}

static void map_uniforms(skewlab_counter at, uint32_t first_block, size_t blocks, double *out) {
  uint64_t lanes[2 * BLOCK_BATCH];
  kernel_philox_blocks(at, first_block, blocks, lanes);
  for (size_t i = 0; i < 2 * blocks; i++) out[i] = skewlab_open_uniform(lanes[i]);
}

static void map_exponentials(skewlab_counter at, uint32_t first_block, size_t blocks, double *out) {
  uint64_t lanes[2 * BLOCK_BATCH];
  kernel_philox_blocks(at, first_block, blocks, lanes);
  for (size_t i = 0; i < 2 * blocks; i++) out[i] = -skewlab_log_normal(skewlab_open_uniform(lanes[i]));
}

static void map_normals(skewlab_counter at, uint32_t first_block, size_t blocks, double *out) {
  uint64_t low[BLOCK_BATCH], high[BLOCK_BATCH];
  split_blocks(at, first_block, blocks, low, high);
  double radius[BLOCK_BATCH];
  VECTORS(2)
  for (size_t i = 0; i < blocks; i++) radius[i] = __builtin_elementwise_sqrt(-2.0 * skewlab_log_normal(skewlab_open_uniform(low[i])));
  VECTORS(2)
  for (size_t i = 0; i < blocks; i++) {
    double cosine, sine;
    skewlab_cos_sin_turn(skewlab_open_uniform(high[i]), &cosine, &sine);
    out[2 * i] = radius[i] * cosine;
    out[2 * i + 1] = radius[i] * sine;
  }
}

static void kernel_lanes(skewlab_counter at, uint64_t first_row, size_t rows, uint64_t *out) {
  uint64_t pair[2];
  if (rows > 0 && (first_row & 1)) {
    kernel_philox_blocks(at, (uint32_t)(first_row >> 1), 1, pair);
    *out++ = pair[1];
    first_row++;
    rows--;
  }
  kernel_philox_blocks(at, (uint32_t)(first_row >> 1), rows / 2, out);
  if (rows & 1) {
    kernel_philox_blocks(at, (uint32_t)((first_row + rows) >> 1), 1, pair);
    out[rows - 1] = pair[0];
  }
}

static void kernel_uniforms(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_uniforms);
}

static void kernel_normals(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_normals);
}

static void kernel_exponentials(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_exponentials);
}

// MARK: One block a row

static void kernel_student_t(skewlab_counter at, double degrees_of_freedom, uint32_t first_row, size_t rows, double *out) {
  uint64_t low[BLOCK_BATCH], high[BLOCK_BATCH];
  double power = -2.0 / degrees_of_freedom;
  while (rows > 0) {
    size_t blocks = rows < BLOCK_BATCH ? rows : BLOCK_BATCH;
    split_blocks(at, first_row, blocks, low, high);
    for (size_t i = 0; i < blocks; i++) {
      double cosine, sine;
      double growth = skewlab_expm1_any(power * skewlab_log_normal(skewlab_open_uniform(low[i])));
      skewlab_cos_sin_turn(skewlab_open_uniform(high[i]), &cosine, &sine);
      out[i] = __builtin_elementwise_sqrt(degrees_of_freedom * growth) * cosine;
    }
    out += blocks;
    first_row += (uint32_t)blocks;
    rows -= blocks;
  }
}

// MARK: Elementary functions

static void kernel_log(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_log_any(x[i]);
}

static void kernel_exp(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_exp_any(x[i]);
}

static void kernel_expm1(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_expm1_any(x[i]);
}

static void kernel_cos_sin_2pi(const double *v, size_t count, double *cosine, double *sine) {
  for (size_t i = 0; i < count; i++) skewlab_cos_sin_turn(v[i], &cosine[i], &sine[i]);
}

// MARK: Columns

static void kernel_add_columns(
    const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double *out) {
  for (size_t start = 0; start < rows; start += ROW_BATCH) {
    size_t n = rows - start < ROW_BATCH ? rows - start : ROW_BATCH;
    double *restrict result = out + start;
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

static void kernel_weighted_columns(
    const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double constant, double *out) {
  for (size_t start = 0; start < rows; start += ROW_BATCH) {
    size_t n = rows - start < ROW_BATCH ? rows - start : ROW_BATCH;
    for (size_t i = 0; i < n; i++) out[start + i] = constant;
    kernel_add_columns(columns + start, stride, n, weights, count, out + start);
  }
}

static void kernel_centre(const double *restrict x, size_t count, double *restrict out, double *shift) {
  double first = x[0], s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    s0 += x[i] - first;
    s1 += x[i + 1] - first;
    s2 += x[i + 2] - first;
    s3 += x[i + 3] - first;
  }
  for (; i < count; i++) s0 += x[i] - first;
  double mean = ((s0 + s1) + (s2 + s3)) / (double)count;
  for (i = 0; i < count; i++) out[i] = (x[i] - first) - mean;
  *shift = mean;
}

static void kernel_gather(const double *restrict x, const uint32_t *restrict places, size_t count, double *restrict out) {
  // One by one: the gather instructions are slower.
#pragma clang loop vectorize(disable) unroll_count(8)
  for (size_t i = 0; i < count; i++) out[i] = x[places[i]];
}
