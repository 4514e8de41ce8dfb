// The bulk kernels, listed once: name, parameters, arguments. Each is compiled for every instruction set (kernels.h).

#ifndef SKEWLAB_TABLE_H
#define SKEWLAB_TABLE_H

#include "skewlab_kernels.h"

#define SKEWLAB_ROWS (skewlab_counter at, uint64_t first_row, size_t rows, double *out), (at, first_row, rows, out)
#define SKEWLAB_MAP (const double *x, size_t count, double *out), (x, count, out)
#define SKEWLAB_LISTED(K, name, ...) K(name, __VA_ARGS__)

#define SKEWLAB_KERNELS(K)                                                                                                          \
  K(philox_blocks, (skewlab_counter at, uint32_t first_block, size_t blocks, uint64_t *out), (at, first_block, blocks, out))        \
  K(lanes, (skewlab_counter at, uint64_t first_row, size_t rows, uint64_t *out), (at, first_row, rows, out))                        \
  SKEWLAB_LISTED(K, uniforms, SKEWLAB_ROWS)                                                                                         \
  SKEWLAB_LISTED(K, normals, SKEWLAB_ROWS)                                                                                          \
  SKEWLAB_LISTED(K, exponentials, SKEWLAB_ROWS)                                                                                     \
  K(student_t, (skewlab_counter at, double degrees_of_freedom, uint32_t first_row, size_t rows, double *out),                       \
    (at, degrees_of_freedom, first_row, rows, out))                                                                                 \
  SKEWLAB_LISTED(K, log, SKEWLAB_MAP)                                                                                               \
  SKEWLAB_LISTED(K, exp, SKEWLAB_MAP)                                                                                               \
  SKEWLAB_LISTED(K, expm1, SKEWLAB_MAP)                                                                                             \
  SKEWLAB_LISTED(K, logistic, SKEWLAB_MAP)                                                                                          \
  SKEWLAB_LISTED(K, softplus, SKEWLAB_MAP)                                                                                          \
  K(log_losses, (const double *p, const double *y, size_t count, double *out), (p, y, count, out))                                  \
  K(cos_sin_2pi, (const double *v, size_t count, double *cosine, double *sine), (v, count, cosine, sine))                           \
  K(weighted_columns,                                                                                                               \
    (const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double constant, double *out),         \
    (columns, stride, rows, weights, count, constant, out))                                                                         \
  K(add_columns, (const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double *out),             \
    (columns, stride, rows, weights, count, out))                                                                                   \
  K(centre, (const double *x, size_t count, double *out, double *shift), (x, count, out, shift))                                    \
  K(centre_chosen, (const double *x, const uint32_t *places, size_t count, double *out, double *shift),                             \
    (x, places, count, out, shift))                                                                                                 \
  K(choose,                                                                                                                         \
    (const uint8_t *flags, uint8_t wanted, const double *seen, size_t rows, uint64_t *mask, size_t *count),                         \
    (flags, wanted, seen, rows, mask, count))                                                                                       \
  K(centre_masked,                                                                                                                  \
    (const double *x, const uint64_t *mask, size_t rows, double first, double chosen, double *out, double *shift),                  \
    (x, mask, rows, first, chosen, out, shift))                                                                                     \
  K(pair_sums, (const double *p, const double *y, size_t count, skewlab_sums_of_pairs *sums), (p, y, count, sums))                      \
  K(products, (const double *columns, size_t rows, size_t count, double *out), (columns, rows, count, out))                         \
  K(fill_missing, (const double *x, size_t count, double value, double *out), (x, count, value, out))                               \
  SKEWLAB_LISTED(K, mark_missing, SKEWLAB_MAP)                                                                                      \
  K(rescale, (const double *x, size_t count, double origin, double factor, double offset, double *out),                             \
    (x, count, origin, factor, offset, out))                                                                                        \
  K(clip, (const double *x, size_t count, double low, double high, double *out), (x, count, low, high, out))                        \
  SKEWLAB_LISTED(K, log1p, SKEWLAB_MAP)                                                                                             \
  K(log_shifted, (const double *x, size_t count, double offset, double divisor, double *out), (x, count, offset, divisor, out))     \
  K(power, (const double *x, size_t count, double exponent, double *out), (x, count, exponent, out))                                \
  K(count_edges,                                                                                                                    \
    (const double *x, size_t count, const double *edges, size_t edge_count, int includes_equal, double *out),                       \
    (x, count, edges, edge_count, includes_equal, out))                                                                             \
  K(mark_equal, (const double *x, size_t count, double value, double *out), (x, count, value, out))                                 \
  K(look_up,                                                                                                                        \
    (const double *x, size_t count, const double *table, size_t size, double missing, double other, double *out),                   \
    (x, count, table, size, missing, other, out))                                                                                   \
  K(multiply, (const double *x, const double *y, size_t count, double *out), (x, y, count, out))                                    \
  K(turns, (const double *x, size_t count, double start, double period, double *out), (x, count, start, period, out))               \
  K(round_binary,                                                                                                                   \
    (const double *x, size_t count, int precision, int least_exponent, double greatest, double *out),                               \
    (x, count, precision, least_exponent, greatest, out))                                                                           \
  K(round_fixed, (const double *x, size_t count, double scale, int rule, double low, double high, double *out),                     \
    (x, count, scale, rule, low, high, out))

#define SKEWLAB_MEMBER(name, parameters, arguments) void(*name) parameters;
#define SKEWLAB_ENTRY(name, parameters, arguments) .name = kernel_##name,

/// The kernels compiled for one instruction set.
typedef struct {
  SKEWLAB_KERNELS(SKEWLAB_MEMBER)
} skewlab_table;

extern const skewlab_table skewlab_baseline_table;
#if defined(__x86_64__)
extern const skewlab_table skewlab_avx2_table;
extern const skewlab_table skewlab_avx512_table;
#endif

#endif
