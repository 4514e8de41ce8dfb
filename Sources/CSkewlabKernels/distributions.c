#pragma STDC FP_CONTRACT OFF

#include "elementary.h"
#include "philox.h"

// Blocks generated at a time: the lanes and the results stay in the first-level cache.
#define BATCH 256

void skewlab_philox_blocks(skewlab_counter at, uint32_t first_block, size_t blocks, uint64_t *out) {
  for (size_t i = 0; i < blocks; i++) skewlab_philox(at, first_block + (uint32_t)i, &out[2 * i], &out[2 * i + 1]);
}

/// Turns whole blocks into two results each: out[2i] for lane 0, out[2i + 1] for lane 1.
typedef void block_map(skewlab_counter at, uint32_t first_block, size_t blocks, double *out);

/// Calls map for whole blocks, and keeps one half of the first and last block if the rows begin or end inside one.
static inline __attribute__((always_inline)) void paired(
    skewlab_counter at, uint64_t first_row, size_t rows, double *out, block_map map) {
  double pair[2];
  if (rows > 0 && (first_row & 1)) {
    map(at, (uint32_t)(first_row >> 1), 1, pair);
    *out++ = pair[1];
    first_row++;
    rows--;
  }
  while (rows > 1) {
    size_t blocks = rows / 2 < BATCH ? rows / 2 : BATCH;
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
  uint64_t lanes[2 * BATCH];
  skewlab_philox_blocks(at, first_block, blocks, lanes);
  for (size_t i = 0; i < 2 * blocks; i++) out[i] = skewlab_open_uniform(lanes[i]);
}

static void map_exponentials(skewlab_counter at, uint32_t first_block, size_t blocks, double *out) {
  uint64_t lanes[2 * BATCH];
  skewlab_philox_blocks(at, first_block, blocks, lanes);
  for (size_t i = 0; i < 2 * blocks; i++) out[i] = -skewlab_log_normal(skewlab_open_uniform(lanes[i]));
}

static void map_normals(skewlab_counter at, uint32_t first_block, size_t blocks, double *out) {
  uint64_t low[BATCH], high[BATCH];
  for (size_t i = 0; i < blocks; i++) skewlab_philox(at, first_block + (uint32_t)i, &low[i], &high[i]);
  for (size_t i = 0; i < blocks; i++) {
    double cosine, sine;
    double radius = __builtin_elementwise_sqrt(-2.0 * skewlab_log_normal(skewlab_open_uniform(low[i])));
    skewlab_cos_sin_turn(skewlab_open_uniform(high[i]), &cosine, &sine);
    out[2 * i] = radius * cosine;
    out[2 * i + 1] = radius * sine;
  }
}

void skewlab_lanes(skewlab_counter at, uint64_t first_row, size_t rows, uint64_t *out) {
  uint64_t pair[2];
  if (rows > 0 && (first_row & 1)) {
    skewlab_philox_blocks(at, (uint32_t)(first_row >> 1), 1, pair);
    *out++ = pair[1];
    first_row++;
    rows--;
  }
  skewlab_philox_blocks(at, (uint32_t)(first_row >> 1), rows / 2, out);
  if (rows & 1) {
    skewlab_philox_blocks(at, (uint32_t)((first_row + rows) >> 1), 1, pair);
    out[rows - 1] = pair[0];
  }
}

void skewlab_uniforms(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_uniforms);
}

void skewlab_normals(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_normals);
}

void skewlab_exponentials(skewlab_counter at, uint64_t first_row, size_t rows, double *out) {
  paired(at, first_row, rows, out, map_exponentials);
}

void skewlab_student_t(skewlab_counter at, double degrees_of_freedom, uint32_t first_row, size_t rows, double *out) {
  uint64_t low[BATCH], high[BATCH];
  double power = -2.0 / degrees_of_freedom;
  while (rows > 0) {
    size_t blocks = rows < BATCH ? rows : BATCH;
    for (size_t i = 0; i < blocks; i++) skewlab_philox(at, first_row + (uint32_t)i, &low[i], &high[i]);
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
