// The kernels for x86-64 with AVX2. Without FMA, which the results must not use in any case.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define WIDTH 4
#define TILE 3
#define TILE_ROWS 256
#include "kernels.h"

#pragma clang attribute pop

const skewlab_table skewlab_avx2_table = {SKEWLAB_KERNELS(SKEWLAB_ENTRY)};

#endif
