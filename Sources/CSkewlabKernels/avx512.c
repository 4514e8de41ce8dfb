// The kernels for x86-64 with AVX-512. These targets have FMA: contraction stays off.

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__)

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)

#define WIDTH 8
#define TILE 4
#define TILE_ROWS 4096
#include "kernels.h"

#pragma clang attribute pop

const skewlab_table skewlab_avx512_table = {SKEWLAB_KERNELS(SKEWLAB_ENTRY)};

#endif
