#pragma STDC FP_CONTRACT OFF

#include "elementary.h"

#include "skewlab_kernels.h"

void skewlab_log(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_log_any(x[i]);
}

void skewlab_exp(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_exp_any(x[i]);
}

void skewlab_expm1(const double *x, size_t count, double *out) {
  for (size_t i = 0; i < count; i++) out[i] = skewlab_expm1_any(x[i]);
}

void skewlab_cos_sin_2pi(const double *v, size_t count, double *cosine, double *sine) {
  for (size_t i = 0; i < count; i++) skewlab_cos_sin_turn(v[i], &cosine[i], &sine[i]);
}

double skewlab_log_scalar(double x) {
  return skewlab_log_any(x);
}

double skewlab_exp_scalar(double x) {
  return skewlab_exp_any(x);
}
