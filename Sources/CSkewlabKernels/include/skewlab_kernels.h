// Bulk random numbers and elementary functions for Skewlab.
//
// Every function uses only operations that IEEE 754 defines to the bit (add, subtract, multiply, divide, square root,
// comparisons, integer operations, bit casts), no contraction and no library call: the results are the same bits on every CPU.
// Callers check arguments; these functions do not.

#ifndef SKEWLAB_KERNELS_H
#define SKEWLAB_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Everything in a Philox counter and key except the row word.
typedef struct {
  uint64_t key;
  uint32_t replicate;
  uint32_t cycle;
  uint32_t draw;
} skewlab_counter;

/// Philox4x32-10 blocks with counter words (replicate, cycle, first_block + i, draw), i in 0..<blocks.
/// out[2i] = words 0 and 1 (word 0 low), out[2i + 1] = words 2 and 3.
void skewlab_philox_blocks(skewlab_counter at, uint32_t first_block, size_t blocks, uint64_t *out);

// Paired rows: row r is lane r & 1 of block r >> 1.

/// The raw 64-bit lane of each row.
void skewlab_lanes(skewlab_counter at, uint64_t first_row, size_t rows, uint64_t *out);
/// (k + 1/2) 2^-52 with k the lane's upper 52 bits.
void skewlab_uniforms(skewlab_counter at, uint64_t first_row, size_t rows, double *out);
/// Box-Muller: the block's first lane gives a radius sqrt(-2 ln u), u = (k + 1/2) 2^-52 with k its lower 52 bits; the second lane gives a
/// direction: lower 52 bits the place in an octant, bit 61 which axis is the longer, bits 63 and 62 the signs of the longer and the
/// shorter component. First component: even row; second: odd row.
void skewlab_normals(skewlab_counter at, uint64_t first_row, size_t rows, double *out);
/// -ln u.
void skewlab_exponentials(skewlab_counter at, uint64_t first_row, size_t rows, double *out);

// One block a row: row r is block r.

/// Bailey 1994: sqrt(nu (u^(-2/nu) - 1)) cos 2 pi v.
void skewlab_student_t(skewlab_counter at, double degrees_of_freedom, uint32_t first_row, size_t rows, double *out);

// Elementary functions on arrays; x and the results may be the same array.

void skewlab_log(const double *x, size_t count, double *out);
void skewlab_exp(const double *x, size_t count, double *out);
void skewlab_expm1(const double *x, size_t count, double *out);
/// 1 / (1 + e^-x), from 0 to 1; NaN stays NaN.
void skewlab_logistic(const double *x, size_t count, double *out);
/// ln(1 + e^x) without overflow or cancellation; NaN stays NaN.
void skewlab_softplus(const double *x, size_t count, double *out);
/// -ln of p where y is not 0, of 1 - p where it is, cut to [2^-52, 1 - 2^-52]; NaN stays NaN.
void skewlab_log_losses(const double *p, const double *y, size_t count, double *out);
/// cos 2 pi v and sin 2 pi v for v in [0, 1]. The three arrays must be distinct.
void skewlab_cos_sin_2pi(const double *v, size_t count, double *cosine, double *sine);

/// The natural logarithm of one value: the same bits as skewlab_log.
double skewlab_log_scalar(double x);
/// e^x of one value: the same bits as skewlab_exp.
double skewlab_exp_scalar(double x);

/// out[i] = constant + sum over j of columns[i + j stride] weights[j], summed in the order of j for every row on its own.
/// out must not overlap the inputs.
void skewlab_weighted_columns(
    const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double constant, double *out);
/// out[i] += the sum over j of columns[i + j stride] weights[j], one after another in the order of j. out must not overlap the inputs.
void skewlab_add_columns(
    const double *columns, size_t stride, size_t rows, const double *weights, size_t count, double *out);

// Sums run in several parts. Which element goes into which part depends on its place alone, never on the instruction set.

/// shift = mean of x - x[0]; out[i] = (x[i] - x[0]) - shift. count is at least 1; out must not overlap x.
void skewlab_centre(const double *x, size_t count, double *out, double *shift);
/// The same of x[places[0]], x[places[1]], ...
void skewlab_centre_chosen(const double *x, const uint32_t *places, size_t count, double *out, double *shift);
/// mask[i] = all ones where flags[i] is wanted and seen[i] is not 0, else 0; count = how many.
void skewlab_choose(const uint8_t *flags, uint8_t wanted, const double *seen, size_t rows, uint64_t *mask, size_t *count);
/// The same as skewlab_centre of the rows whose mask is all ones, chosen of them; a mask is all ones or zero, and where it is zero out is zero. first takes
/// the place of x[0].
void skewlab_centre_masked(
    const double *x, const uint64_t *mask, size_t rows, double first, double chosen, double *out, double *shift);
/// Of pairs (p, y): means, centred squares and products, and the squares and absolute values of p - y.
typedef struct {
  double mean_p, mean_y, pp, yy, py, squared, absolute;
} skewlab_sums_of_pairs;
/// count is at least 1.
void skewlab_pair_sums(const double *p, const double *y, size_t count, skewlab_sums_of_pairs *sums);
/// out[i + j count] = the sum over rows of columns i and j, for i <= j < count; column j begins at columns[j rows]. rows is a multiple of
/// eight: zeros fill up.
void skewlab_products(const double *columns, size_t rows, size_t count, double *out);

// Columns of features, missing values being NaN. out may be x, and missing stays missing, unless something else is said.

/// Missing becomes value.
void skewlab_fill_missing(const double *x, size_t count, double value, double *out);
/// 1 where x is missing, 0 elsewhere.
void skewlab_mark_missing(const double *x, size_t count, double *out);
/// (x - origin) factor + offset.
void skewlab_rescale(const double *x, size_t count, double origin, double factor, double offset, double *out);
/// x, or the nearer end of [low, high].
void skewlab_clip(const double *x, size_t count, double low, double high, double *out);
/// ln(1 + x); missing for x <= -1.
void skewlab_log1p(const double *x, size_t count, double *out);
/// ln(x + offset) / divisor; missing for x + offset <= 0.
void skewlab_log_shifted(const double *x, size_t count, double offset, double divisor, double *out);
/// x^exponent; missing where it is not a finite real number by definition (below 0 unless the exponent is whole, 0 with a negative exponent).
/// Products and a square root where twice the exponent is whole and at most 64, e^(exponent ln x) elsewhere.
void skewlab_power(const double *x, size_t count, double exponent, double *out);
/// How many of the edges are below x (or equal to it, if that counts).
void skewlab_count_edges(const double *x, size_t count, const double *edges, size_t edge_count, int includes_equal, double *out);
/// 1 where x is value, 0 elsewhere, also where x is missing.
void skewlab_mark_equal(const double *x, size_t count, double value, double *out);
/// table[x]; `missing` where x is missing, `other` where x is outside of the table.
void skewlab_look_up(const double *x, size_t count, const double *table, size_t size, double missing, double other, double *out);
/// x y.
void skewlab_multiply(const double *x, const double *y, size_t count, double *out);
/// The fraction of (x - start) / period, in [0, 1].
void skewlab_turns(const double *x, size_t count, double start, double period, double *out);
/// The nearest number of a binary format, ties to even: `precision` significant bits, normal from 2^least_exponent, infinite beyond greatest.
void skewlab_round_binary(const double *x, size_t count, int precision, int least_exponent, double greatest, double *out);
/// How to round: to the nearest, ties to even, up or away from zero; or down; or towards zero.
typedef enum { SKEWLAB_HALF_EVEN, SKEWLAB_HALF_UP, SKEWLAB_HALF_AWAY, SKEWLAB_DOWN, SKEWLAB_TOWARD_ZERO } skewlab_rounding;
/// x scale as a whole number from low to high, over scale.
void skewlab_round_fixed(const double *x, size_t count, double scale, int rule, double low, double high, double *out);

// The instruction set. Each call takes the best one that the CPU has; the bits are the same from all of them.

typedef enum { SKEWLAB_BASELINE = 0, SKEWLAB_AVX2 = 1, SKEWLAB_AVX512 = 2 } skewlab_path;

/// Whether this machine can run a path. The baseline always runs; the others are only compiled for x86-64.
int skewlab_can_run(skewlab_path path);
/// The path that calls from this thread take.
skewlab_path skewlab_path_in_use(void);
/// Makes calls from this thread take a path (the best one, if this machine cannot run it): for tests.
void skewlab_force_path(skewlab_path path);
/// Makes calls from this thread take the best path again.
void skewlab_choose_path(void);

/// The name of a CPU feature by its place in a list, empty where this machine lacks it; null after the last one.
const char *skewlab_cpu_feature(int index);

#ifdef __cplusplus
}
#endif

#endif
