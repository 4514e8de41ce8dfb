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
  VECTORS(4)
  for (size_t i = 0; i < blocks; i++) {
    double radius = __builtin_elementwise_sqrt(skewlab_minus_two_log(skewlab_open_uniform_low(low[i])));
    double first, second;
    skewlab_turned(high[i], radius, &first, &second);
    out[2 * i] = first;
    out[2 * i + 1] = second;
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

static void kernel_logistic(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = 1.0 / (1.0 + skewlab_exp_any(-x[i]));
}

static void kernel_softplus(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) {
    double positive = x[i] > 0.0 ? x[i] : 0.0;
    out[i] = positive + skewlab_log1p_any(skewlab_exp_any(-__builtin_elementwise_abs(x[i])));
  }
}

static void kernel_log_losses(const double *p, const double *y, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) {
    double right = y[i] != 0.0 ? p[i] : 1.0 - p[i];
    right = right < 0x1p-52 ? 0x1p-52 : right;
    right = right > 1.0 - 0x1p-52 ? 1.0 - 0x1p-52 : right;
    out[i] = -skewlab_log_any(right);
  }
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

// MARK: Sums

// Vectors of eight, whatever the width of the instruction set's. A sum runs in eight: element i goes into sum i mod 8.
#define LANES 8
typedef double lanes __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef uint64_t masks __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

#define LOAD(x) (*(const lanes *)(x))
#define STORE(x, value) (*(lanes *)(x) = (value))
#define TOTAL(s) (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])))

#define MASKED(x, i) (mask ? (lanes)((masks)(x) & *(const masks *)(mask + (i))) : (x))
#define MASKED_ONE(x, i) (mask ? skewlab_double(skewlab_bits(x) & mask[i]) : (x))

/// out[i] = (x[i] - first) - mean, where mean = the sum of x[i] - first / chosen; only where the mask is set, if there is one. out may be x.
SKEWLAB_INLINE double centre(const double *x, const uint64_t *mask, size_t count, double first, double chosen, double *out) {
  lanes sum = {0}, more = {0};
  size_t whole = count / LANES * LANES, i = 0;
  for (; i + 2 * LANES <= whole; i += 2 * LANES) {
    sum += MASKED(LOAD(x + i) - first, i);
    more += MASKED(LOAD(x + i + LANES) - first, i + LANES);
  }
  for (; i < whole; i += LANES) sum += MASKED(LOAD(x + i) - first, i);
  sum += more;
  for (; i < count; i++) sum[i % LANES] += MASKED_ONE(x[i] - first, i);
  double mean = TOTAL(sum) / chosen;
  for (i = 0; i < whole; i += LANES) STORE(out + i, MASKED((LOAD(x + i) - first) - mean, i));
  for (; i < count; i++) out[i] = MASKED_ONE((x[i] - first) - mean, i);
  return mean;
}

static void kernel_centre(const double *restrict x, size_t count, double *restrict out, double *shift) {
  *shift = centre(x, 0, count, x[0], (double)count, out);
}

static void kernel_centre_masked(
    const double *restrict x, const uint64_t *restrict mask, size_t rows, double first, double chosen, double *restrict out, double *shift) {
  *shift = centre(x, mask, rows, first, chosen, out);
}

static void kernel_choose(
    const uint8_t *restrict flags, uint8_t wanted, const double *restrict seen, size_t rows, uint64_t *restrict mask, size_t *count) {
  uint64_t chosen = 0;
  for (size_t i = 0; i < rows; i++) {
    uint64_t is_chosen = (uint64_t)(flags[i] == wanted) & (uint64_t)(seen[i] != 0);
    mask[i] = 0 - is_chosen;
    chosen += is_chosen;
  }
  *count = chosen;
}

static void kernel_centre_chosen(
    const double *restrict x, const uint32_t *restrict places, size_t count, double *restrict out, double *shift) {
  // One by one: the gather instructions are slower.
#pragma clang loop vectorize(disable) unroll_count(8)
  for (size_t i = 0; i < count; i++) out[i] = x[places[i]];
  *shift = centre(out, 0, count, out[0], (double)count, out);
}

static void kernel_pair_sums(const double *restrict p, const double *restrict y, size_t count, skewlab_sums_of_pairs *sums) {
  lanes sum_p = {0}, sum_y = {0};
  size_t whole = count / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES) {
    sum_p += LOAD(p + i);
    sum_y += LOAD(y + i);
  }
  for (size_t i = whole; i < count; i++) {
    sum_p[i % LANES] += p[i];
    sum_y[i % LANES] += y[i];
  }
  double mean_p = TOTAL(sum_p) / (double)count, mean_y = TOTAL(sum_y) / (double)count;
  lanes pp = {0}, yy = {0}, py = {0}, squared = {0}, absolute = {0};
  for (size_t i = 0; i < whole; i += LANES) {
    lanes a = LOAD(p + i), b = LOAD(y + i), error = a - b;
    a -= mean_p;
    b -= mean_y;
    pp += a * a;
    yy += b * b;
    py += a * b;
    squared += error * error;
    absolute += __builtin_elementwise_abs(error);
  }
  for (size_t i = whole; i < count; i++) {
    double a = p[i] - mean_p, b = y[i] - mean_y, error = p[i] - y[i];
    pp[i % LANES] += a * a;
    yy[i % LANES] += b * b;
    py[i % LANES] += a * b;
    squared[i % LANES] += error * error;
    absolute[i % LANES] += __builtin_elementwise_abs(error);
  }
  *sums = (skewlab_sums_of_pairs){mean_p, mean_y, TOTAL(pp), TOTAL(yy), TOTAL(py), TOTAL(squared), TOTAL(absolute)};
}

// A tile of products keeps the sums of TILE (3 or 4) columns by as many others in registers, WIDTH of the LANES at a time.
typedef double vector __attribute__((vector_size(8 * WIDTH), aligned(8), may_alias));

/// sums[i][j] = the sum of a[i][row] b[j][row] over the rows, for the first `wide` columns of b; only i <= j if a and b are the same.
SKEWLAB_INLINE void tile(
    const double *const a[TILE], const double *const b[TILE], int wide, int is_diagonal, size_t rows, double sums[TILE][TILE][LANES]) {
  int high = is_diagonal ? wide : TILE;
  memset(sums, 0, sizeof(double[TILE][TILE][LANES]));
  for (size_t start = 0; start < rows; start += TILE_ROWS) {
    size_t end = rows < start + TILE_ROWS ? rows : start + TILE_ROWS;
    for (size_t part = 0; part < LANES; part += WIDTH) {
      vector s[TILE][TILE];
      for (int i = 0; i < high; i++)
        for (int j = 0; j < wide; j++) s[i][j] = *(vector *)&sums[i][j][part];
      for (size_t row = start + part; row < end; row += LANES) {
        vector x[TILE];
        for (int i = 0; i < high; i++) x[i] = *(const vector *)(a[i] + row);
        for (int j = 0; j < wide; j++) {
          vector y = *(const vector *)(b[j] + row);
          for (int i = 0; i < high; i++)
            if (!is_diagonal || i <= j) s[i][j] += x[i] * y;
        }
      }
      for (int i = 0; i < high; i++)
        for (int j = 0; j < wide; j++) *(vector *)&sums[i][j][part] = s[i][j];
    }
  }
}

static void kernel_products(const double *columns, size_t rows, size_t count, double *out) {
  double sums[TILE][TILE][LANES];
  const double *a[TILE] = {0}, *b[TILE] = {0};
  for (size_t first = 0; first < count; first += TILE) {
    for (size_t i = 0; i < TILE && first + i < count; i++) a[i] = columns + (first + i) * rows;
    for (size_t second = first; second < count; second += TILE) {
      size_t wide = count - second < TILE ? count - second : TILE;
      for (size_t j = 0; j < wide; j++) b[j] = columns + (second + j) * rows;
      int is_diagonal = first == second;
      // Every width by itself, so that its loops are unrolled.
      switch (is_diagonal ? wide + TILE : wide) {
        case 1: tile(a, b, 1, 0, rows, sums); break;
        case 2: tile(a, b, 2, 0, rows, sums); break;
#if TILE > 3
        case 3: tile(a, b, 3, 0, rows, sums); break;
#endif
        case TILE: tile(a, b, TILE, 0, rows, sums); break;
        case TILE + 1: tile(a, b, 1, 1, rows, sums); break;
        case TILE + 2: tile(a, b, 2, 1, rows, sums); break;
#if TILE > 3
        case TILE + 3: tile(a, b, 3, 1, rows, sums); break;
#endif
        default: tile(a, b, TILE, 1, rows, sums);
      }
      for (size_t j = 0; j < wide; j++)
        for (size_t i = 0; i < TILE && first + i <= second + j; i++) out[first + i + (second + j) * count] = TOTAL(sums[i][j]);
    }
  }
}

#include "transforms.h"
