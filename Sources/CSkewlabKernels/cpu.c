// What this CPU, and its operating system, can run beyond the baseline.

#include "skewlab_kernels.h"

const char *skewlab_cpu_feature(int index) {
#if defined(__x86_64__)
#define FEATURE(name) \
  if (index-- == 0) return __builtin_cpu_supports(name) ? name : "";
  FEATURE("avx2")
  FEATURE("fma")
  FEATURE("bmi2")
  FEATURE("avx512f")
  FEATURE("avx512cd")
  FEATURE("avx512bw")
  FEATURE("avx512dq")
  FEATURE("avx512vl")
  FEATURE("avx512vnni")
  FEATURE("avx512bf16")
  FEATURE("avx512fp16")
  FEATURE("avxvnni")
#else
  (void)index;
#endif
  return 0;
}
