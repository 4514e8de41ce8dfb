// Elementary functions as branch-free scalar code that compilers vectorise: selections instead of branches, bit casts instead of
// conversions between doubles and 64-bit integers. The polynomials come from Tests/Reference/kernel_coefficients.py.

#ifndef SKEWLAB_ELEMENTARY_H
#define SKEWLAB_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

// Always inline: a call would keep the caller's loop from being vectorised.
#define SKEWLAB_INLINE static inline __attribute__((always_inline))

SKEWLAB_INLINE uint64_t skewlab_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

SKEWLAB_INLINE double skewlab_double(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Adding 1.5 * 2^52 rounds to the nearest integer (ties to even) and leaves it in the low bits.
#define SKEWLAB_ROUNDING 0x1.8p52
#define SKEWLAB_ONE_BITS 0x3FF0000000000000u
#define SKEWLAB_FRACTION_BITS 0x000FFFFFFFFFFFFFu
#define SKEWLAB_SIGN_BIT 0x8000000000000000u
#define SKEWLAB_LN2_HIGH 0x1.62e42fef00000p-1
#define SKEWLAB_LN2_LOW 0x1.473de6af278edp-34

/// The lane's upper 52 bits k as (k + 1/2) 2^-52: in the open interval (0, 1), every value exact.
SKEWLAB_INLINE double skewlab_open_uniform(uint64_t lane) {
  return skewlab_double(SKEWLAB_ONE_BITS | (lane >> 12)) - (1.0 - 0x1p-53);
}

/// The same of the lane's lower 52 bits.
SKEWLAB_INLINE double skewlab_open_uniform_low(uint64_t lane) {
  return skewlab_double(SKEWLAB_ONE_BITS | (lane & SKEWLAB_FRACTION_BITS)) - (1.0 - 0x1p-53);
}

/// ln x for positive normal x. x = 2^e (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2, s = f / (2 + f),
/// ln(1 + f) = f - (f^2/2 - s (f^2/2 + s^2 L(s^2))); the arrangement is that of Sun's fdlibm (e_log.c, 1993).
SKEWLAB_INLINE double skewlab_log_normal(double x) {
  uint64_t bits = skewlab_bits(x);
  uint64_t shifted = bits - 0x3FE6A09E00000000u + SKEWLAB_ONE_BITS;
  uint64_t biased = shifted >> 52;
  double e = skewlab_double(0x4330000000000000u | biased) - (0x1p52 + 1023.0);
  double f = skewlab_double(bits - (biased << 52) + SKEWLAB_ONE_BITS) - 1.0;
  double s = f / (2.0 + f);
  double w = s * s;
  double tail = 0x1.2b59b713616c9p-3;
  tail = tail * w + 0x1.39fe42e9740a7p-3;
  tail = tail * w + 0x1.7462b58e46ebep-3;
  tail = tail * w + 0x1.c71c62e26208bp-3;
  tail = tail * w + 0x1.2492492df3ba9p-2;
  tail = tail * w + 0x1.99999999952ccp-2;
  tail = tail * w + 0x1.5555555555558p-1;
  tail = tail * w;
  double half = 0.5 * f * f;
  return e * SKEWLAB_LN2_HIGH - ((half - (s * (half + tail) + e * SKEWLAB_LN2_LOW)) - f);
}

/// ln x for any double: -infinity at zero, NaN below zero.
SKEWLAB_INLINE double skewlab_log_any(double x) {
  int tiny = x < 0x1p-1022;
  double scaled = tiny ? x * 0x1p54 : x;
  double value = skewlab_log_normal(scaled) - (tiny ? 54.0 * SKEWLAB_LN2_LOW : 0.0) - (tiny ? 54.0 * SKEWLAB_LN2_HIGH : 0.0);
  value = x == 0.0 ? -__builtin_inf() : value;
  value = x < 0.0 ? __builtin_nan("") : value;
  return x - x == 0.0 ? value : (x > 0.0 || x != x ? x : __builtin_nan(""));
}

/// ln(1 + x) for x > -1, NaN for any other: ln u - ((u - 1) - x)/u, where u is 1 + x as rounded (the rule that HP-15C's handbook gives, 1982).
SKEWLAB_INLINE double skewlab_log1p_any(double x) {
  int is_defined = x > -1.0;
  double u = 1.0 + (is_defined ? x : 0.0);
  double value = skewlab_log_normal(u) - ((u - 1.0) - x) / u;
  value = x > 0x1p1023 ? skewlab_log_any(x) : value;
  return is_defined ? value : __builtin_nan("");
}

/// The nearest whole number, ties to the even one, for |x| < 2^52; larger ones are whole.
SKEWLAB_INLINE double skewlab_rint(double x) {
  double size = __builtin_elementwise_abs(x);
  double rounded = (size + 0x1p52) - 0x1p52;
  rounded = size < 0x1p52 ? rounded : size;
  return skewlab_double(skewlab_bits(rounded) | (skewlab_bits(x) & SKEWLAB_SIGN_BIT));
}

/// The largest whole number that is not greater.
SKEWLAB_INLINE double skewlab_floor(double x) {
  double rounded = skewlab_rint(x);
  return rounded > x ? rounded - 1.0 : rounded;
}

/// E(r) of e^r - 1 = r + r^2 E(r), |r| <= ln(2)/2.
SKEWLAB_INLINE double skewlab_exp_tail(double r) {
  double tail = 0x1.1f7340dbc337ep-29;
  tail = tail * r + 0x1.af4e554377204p-26;
  tail = tail * r + 0x1.27e4db46cddd1p-22;
  tail = tail * r + 0x1.71de01fdbf9cap-19;
  tail = tail * r + 0x1.a01a01a6e1e2ap-16;
  tail = tail * r + 0x1.a01a01abf85abp-13;
  tail = tail * r + 0x1.6c16c16c162c3p-10;
  tail = tail * r + 0x1.11111111100bep-7;
  tail = tail * r + 0x1.5555555555556p-5;
  tail = tail * r + 0x1.5555555555557p-3;
  tail = tail * r + 0.5;
  return tail;
}

/// y 2^k for k given as round(k) + SKEWLAB_ROUNDING, -2046 <= k <= 2046, in two exact steps (the second rounds if subnormal).
SKEWLAB_INLINE double skewlab_scale(double y, double rounded) {
  uint64_t k = skewlab_bits(rounded) - skewlab_bits(SKEWLAB_ROUNDING) + 2048;
  uint64_t first = k >> 1;
  uint64_t second = k - first;
  return (y * skewlab_double((first - 1) << 52)) * skewlab_double((second - 1) << 52);
}

/// e^x. Overflows to infinity, underflows gradually to zero, keeps NaN.
SKEWLAB_INLINE double skewlab_exp_any(double x) {
  x = x < -750.0 ? -750.0 : x;
  x = x > 710.0 ? 710.0 : x;
  double rounded = x * 0x1.71547652b82fep+0 + SKEWLAB_ROUNDING;
  double k = rounded - SKEWLAB_ROUNDING;
  double high = x - k * SKEWLAB_LN2_HIGH;
  double low = k * SKEWLAB_LN2_LOW;
  double r = high - low;
  double rest = (high - r) - low;
  return skewlab_scale(1.0 + (r + (r * r * skewlab_exp_tail(r) + rest)), rounded);
}

/// e^x - 1 without cancellation. Overflows to infinity, keeps NaN; minus zero becomes zero.
SKEWLAB_INLINE double skewlab_expm1_any(double x) {
  x = x < -40.0 ? -40.0 : x;
  x = x > 710.0 ? 710.0 : x;
  double rounded = x * 0x1.71547652b82fep+0 + SKEWLAB_ROUNDING;
  double k = rounded - SKEWLAB_ROUNDING;
  double high = x - k * SKEWLAB_LN2_HIGH;
  double low = k * SKEWLAB_LN2_LOW;
  double r = high - low;
  double rest = (high - r) - low;
  double inner = r + (r * r * skewlab_exp_tail(r) + rest);
  double capped = k > 100.0 ? 100.0 : k;
  double reciprocal = skewlab_scale(1.0, SKEWLAB_ROUNDING - capped);
  return skewlab_scale(inner + (1.0 - reciprocal), rounded);
}

/// cos 2 pi v and sin 2 pi v for 0 <= v <= 1: v = q/4 + r exactly, |r| <= 1/8, then a polynomial in r^2 and a turn by q quadrants.
SKEWLAB_INLINE void skewlab_cos_sin_turn(double v, double *cosine, double *sine) {
  double rounded = 4.0 * v + SKEWLAB_ROUNDING;
  double r = v - 0.25 * (rounded - SKEWLAB_ROUNDING);
  uint64_t q = skewlab_bits(rounded);
  double z = r * r;
  double c = -0x1.b2f3eb054afcdp+0;
  c = c * z + 0x1.f9ce245cada0bp+2;
  c = c * z - 0x1.a6d1eef479be1p+4;
  c = c * z + 0x1.e1f5068688d5bp+5;
  c = c * z - 0x1.55d3c7e3cb241p+6;
  c = c * z + 0x1.03c1f081b5ac0p+6;
  c = c * z - 0x1.3bd3cc9be45dep+4;
  c = c * z + 1.0;
  double s = -0x1.6cc577dadd922p-1;
  s = s * z + 0x1.e8f036bcd3237p+1;
  s = s * z - 0x1.e3074d2614b2dp+3;
  s = s * z + 0x1.50783486facaap+5;
  s = s * z - 0x1.32d2cce62b872p+6;
  s = s * z + 0x1.466bc6775aae1p+6;
  s = s * z - 0x1.4abbce625be53p+5;
  s = s * z + 0x1.1a62633145c07p-52;
  s = r * 0x1.921fb54442d18p+2 + r * s;
  uint64_t swap = -(q & 1);
  uint64_t cb = skewlab_bits(c), sb = skewlab_bits(s);
  uint64_t difference = (cb ^ sb) & swap;
  uint64_t cosine_sign = ((q + 1) & 2) << 62;
  uint64_t sine_sign = (q & 2) << 62;
  *cosine = skewlab_double((cb ^ difference) ^ cosine_sign);
  *sine = skewlab_double((sb ^ difference) ^ sine_sign);
}

// MARK: The normal transform

// Polynomials by Estrin's scheme, whose chains of dependent operations are short.

/// -2 ln u for u in (0, 1), as skewlab_log_normal does it but with one constant for ln 2: within 2 units in the last place.
SKEWLAB_INLINE double skewlab_minus_two_log(double u) {
  uint64_t shifted = skewlab_bits(u) - 0x3FE6A09E00000000u + SKEWLAB_ONE_BITS;
  double e = skewlab_double(0x4330000000000000u | (shifted >> 52)) - (0x1p52 + 1023.0);
  double f = skewlab_double((shifted & SKEWLAB_FRACTION_BITS) + 0x3FE6A09E00000000u) - 1.0;
  double s = f / (2.0 + f);
  double w = s * s, w2 = w * w;
  double tail = ((0x1.5555555555558p+0 + 0x1.99999999952ccp-1 * w) + (0x1.2492492df3ba9p-1 + 0x1.c71c62e26208bp-2 * w) * w2)
      + ((0x1.7462b58e46ebep-2 + 0x1.39fe42e9740a7p-2 * w) + 0x1.2b59b713616c9p-2 * w2) * (w2 * w2);
  double square = f * f;
  return (e * -0x1.62e42fefa39efp+0 + (square - s * (square + tail * w))) - (f + f);
}

/// radius times cosine and sine of a uniform angle: the lane's lower 52 bits place it in the first octant, bit 61 exchanges the axes, bits
/// 63 and 62 are the signs of the longer and the shorter component.
SKEWLAB_INLINE void skewlab_turned(uint64_t lane, double radius, double *first, double *second) {
  double v = skewlab_open_uniform_low(lane);
  double z = v * v, z2 = z * z, z4 = z2 * z2;
  double c = ((1.0 - 0x1.3bd3cc9be45dep-2 * z) + (0x1.03c1f081b5ac0p-6 - 0x1.55d3c7e3cb241p-12 * z) * z2)
      + ((0x1.e1f5068688d5bp-19 - 0x1.a6d1eef479be1p-26 * z) + (0x1.f9ce245cada0bp-34 - 0x1.b2f3eb054afcdp-42 * z) * z2) * z4;
  double s = ((0x1.921fb54442d18p-1 - 0x1.4abbce625be41p-4 * z) + (0x1.466bc677587f8p-9 - 0x1.32d2cce2e5b19p-15 * z) * z2)
      + ((0x1.50782fda12d96p-22 - 0x1.e30071afc3e59p-30 * z) + 0x1.e3f38399551bfp-38 * z2) * z4;
  double longer = skewlab_double(skewlab_bits(radius * c) ^ (lane & SKEWLAB_SIGN_BIT));
  double shorter = skewlab_double(skewlab_bits(radius * (s * v)) ^ (lane << 1 & SKEWLAB_SIGN_BIT));
  int exchanged = (int64_t)(lane << 2) < 0;
  *first = exchanged ? shorter : longer;
  *second = exchanged ? longer : shorter;
}

#endif
