// The kernels of feature handling: each maps a column of values, missing ones being NaN.

// Two vectors side by side are enough: these loops wait for memory.

static void kernel_fill_missing(const double *x, size_t count, double value, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = x[i] != x[i] ? value : x[i];
}

static void kernel_mark_missing(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = x[i] != x[i] ? 1.0 : 0.0;
}

static void kernel_rescale(const double *x, size_t count, double origin, double factor, double offset, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = (x[i] - origin) * factor + offset;
}

static void kernel_clip(const double *x, size_t count, double low, double high, double *out) {
  for (size_t i = 0; i < count; i++) {
    double value = x[i] < low ? low : x[i];
    out[i] = value > high ? high : value;
  }
}

static void kernel_log1p(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_log1p_any(x[i]);
}

static void kernel_log_shifted(const double *x, size_t count, double offset, double divisor, double *out) {
  for (size_t i = 0; i < count; i++) {
    double value = x[i] + offset;
    out[i] = value > 0.0 ? skewlab_log_any(value) / divisor : __builtin_nan("");
  }
}

static void kernel_power(const double *x, size_t count, double exponent, double *out) {
  double size = exponent < 0.0 ? -exponent : exponent;
  if (size <= 32.0 && 2.0 * size == skewlab_floor(2.0 * size)) {
    // Halves and whole numbers: products, and a square root, which leave 4^0.5 exactly 2.
    unsigned whole = (unsigned)size;
    int has_root = size != (double)whole, is_inverse = exponent < 0.0;
    for (size_t start = 0; start < count; start += ROW_BATCH) {
      size_t n = count - start < ROW_BATCH ? count - start : ROW_BATCH;
      double square[ROW_BATCH], power[ROW_BATCH];
      for (size_t i = 0; i < n; i++) {
        square[i] = x[start + i];
        power[i] = has_root ? __builtin_elementwise_sqrt(square[i]) : 1.0;
        power[i] = square[i] != square[i] ? square[i] : power[i];
      }
      for (unsigned rest = whole; rest; rest >>= 1) {
        if (rest & 1)
          for (size_t i = 0; i < n; i++) power[i] *= square[i];
        for (size_t i = 0; i < n; i++) square[i] *= square[i];
      }
      for (size_t i = 0; i < n; i++) out[start + i] = is_inverse ? (x[start + i] == 0.0 ? __builtin_nan("") : 1.0 / power[i]) : power[i];
    }
    return;
  }
  double at_zero = exponent > 0.0 ? 0.0 : __builtin_nan("");
  for (size_t i = 0; i < count; i++) {
    double value = skewlab_exp_any(exponent * skewlab_log_any(x[i]));
    value = x[i] == 0.0 ? at_zero : value;
    out[i] = x[i] >= 0.0 ? value : __builtin_nan("");
  }
}

static void kernel_count_edges(const double *x, size_t count, const double *edges, size_t edge_count, int includes_equal, double *out) {
  for (size_t start = 0; start < count; start += ROW_BATCH) {
    size_t n = count - start < ROW_BATCH ? count - start : ROW_BATCH;
    double value[ROW_BATCH], passed[ROW_BATCH];
    for (size_t i = 0; i < n; i++) {
      value[i] = x[start + i];
      passed[i] = value[i] != value[i] ? value[i] : 0.0;
    }
    for (size_t k = 0; k < edge_count; k++) {
      double edge = edges[k];
      if (includes_equal)
        for (size_t i = 0; i < n; i++) passed[i] += value[i] >= edge ? 1.0 : 0.0;
      else
        for (size_t i = 0; i < n; i++) passed[i] += value[i] > edge ? 1.0 : 0.0;
    }
    for (size_t i = 0; i < n; i++) out[start + i] = passed[i];
  }
}

static void kernel_mark_equal(const double *x, size_t count, double value, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = x[i] == value ? 1.0 : 0.0;
}

static void kernel_look_up(const double *x, size_t count, const double *table, size_t size, double missing, double other, double *out) {
  for (size_t i = 0; i < count; i++) {
    double code = x[i];
    out[i] = code >= 0.0 && code < (double)size ? table[(size_t)code] : code != code ? missing : other;
  }
}

static void kernel_multiply(const double *x, const double *y, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = x[i] * y[i];
}

static void kernel_turns(const double *x, size_t count, double start, double period, double *out) {
  for (size_t i = 0; i < count; i++) {
    double turns = (x[i] - start) / period;
    out[i] = turns - skewlab_floor(turns);
  }
}

static void kernel_round_binary(const double *x, size_t count, int precision, int least_exponent, double greatest, double *out) {
  // The distance of neighbours of a number in [2^e, 2^(e+1)) is 2^(e + 1 - precision), and no less than below the least normal number.
  uint64_t least = (uint64_t)(1023 + least_exponent) << 52, lower = (uint64_t)(precision - 1) << 52;
  for (size_t i = 0; i < count; i++) {
    uint64_t exponent = skewlab_bits(x[i]) & 0x7FF0000000000000u;
    exponent = exponent > least ? exponent : least;
    double step = skewlab_double(exponent - lower);
    // The exponent of 1/step, except where x is not finite.
    double inverse = skewlab_double(((uint64_t)2046 << 52) - (exponent - lower));
    double rounded = skewlab_rint(x[i] * inverse) * step;
    rounded = rounded > greatest ? __builtin_inf() : rounded;
    rounded = rounded < -greatest ? -__builtin_inf() : rounded;
    out[i] = x[i] - x[i] == 0.0 ? rounded : x[i];
  }
}

#define ROUNDED(rule)                                                    \
  for (size_t i = 0; i < count; i++) {                                   \
    double value = x[i] * scale, below = skewlab_floor(value);           \
    double rounded = (rule);                                             \
    rounded = rounded < low ? low : rounded;                             \
    rounded = rounded > high ? high : rounded;                           \
    out[i] = rounded / scale;                                            \
  }

static void kernel_round_fixed(const double *x, size_t count, double scale, int rule, double low, double high, double *out) {
  switch (rule) {
    case SKEWLAB_HALF_EVEN: ROUNDED(((void)below, skewlab_rint(value))) break;
    case SKEWLAB_HALF_UP: ROUNDED(value - below >= 0.5 ? below + 1.0 : below) break;
    case SKEWLAB_HALF_AWAY: ROUNDED(value - below > 0.5 || (value - below == 0.5 && value > 0.0) ? below + 1.0 : below) break;
    case SKEWLAB_DOWN: ROUNDED(below) break;
    default: ROUNDED(value < 0.0 && below != value ? below + 1.0 : below)
  }
}

#undef ROUNDED
