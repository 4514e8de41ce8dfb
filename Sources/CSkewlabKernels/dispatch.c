// The public kernels: each call goes to the table of the best instruction set of this CPU, found once.

#pragma STDC FP_CONTRACT OFF

#include <stdatomic.h>

#include "elementary.h"
#include "table.h"

/// The table a path stands for; null where this CPU or its operating system cannot run it.
static const skewlab_table *table_of(skewlab_path path) {
  switch (path) {
    case SKEWLAB_BASELINE: return &skewlab_baseline_table;
#if defined(__x86_64__)
    case SKEWLAB_AVX2: return __builtin_cpu_supports("avx2") ? &skewlab_avx2_table : 0;
    case SKEWLAB_AVX512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
          ? &skewlab_avx512_table
          : 0;
#endif
    default: return 0;
  }
}

static skewlab_path best_path(void) {
  return table_of(SKEWLAB_AVX512) ? SKEWLAB_AVX512 : table_of(SKEWLAB_AVX2) ? SKEWLAB_AVX2 : SKEWLAB_BASELINE;
}

// Several threads may find it at the same time, and find the same.
static _Atomic(const skewlab_table *) best;
static _Thread_local const skewlab_table *forced;

static const skewlab_table *table_in_use(void) {
  if (forced) return forced;
  const skewlab_table *table = atomic_load_explicit(&best, memory_order_relaxed);
  if (table) return table;
  table = table_of(best_path());
  atomic_store_explicit(&best, table, memory_order_relaxed);
  return table;
}

int skewlab_can_run(skewlab_path path) {
  return table_of(path) != 0;
}

skewlab_path skewlab_path_in_use(void) {
  const skewlab_table *table = table_in_use();
  skewlab_path path = SKEWLAB_AVX512;
  while (path > SKEWLAB_BASELINE && table_of(path) != table) path--;
  return path;
}

void skewlab_force_path(skewlab_path path) {
  forced = table_of(path);
}

void skewlab_choose_path(void) {
  forced = 0;
}

#define SKEWLAB_PUBLIC(name, parameters, arguments) \
  void skewlab_##name parameters {                  \
    table_in_use()->name arguments;                 \
  }

SKEWLAB_KERNELS(SKEWLAB_PUBLIC)

double skewlab_log_scalar(double x) {
  return skewlab_log_any(x);
}

double skewlab_exp_scalar(double x) {
  return skewlab_exp_any(x);
}
