// The kernels for any CPU of the target: SSE2 on x86-64, NEON on arm64.

#pragma STDC FP_CONTRACT OFF

#define WIDTH 2
#define TILE 3
#define TILE_ROWS 256
#include "kernels.h"

const skewlab_table skewlab_baseline_table = {SKEWLAB_KERNELS(SKEWLAB_ENTRY)};
