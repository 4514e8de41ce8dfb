// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011), section 3.3.

#ifndef SKEWLAB_PHILOX_H
#define SKEWLAB_PHILOX_H

#include <stdint.h>

#include "skewlab_kernels.h"

#define SKEWLAB_PHILOX_M0 0xD2511F53u
#define SKEWLAB_PHILOX_M1 0xCD9E8D57u
#define SKEWLAB_PHILOX_W0 0x9E3779B9u
#define SKEWLAB_PHILOX_W1 0xBB67AE85u

// Written out round by round: a loop over rounds would keep compilers from vectorising the loop over blocks.
#define SKEWLAB_PHILOX_ROUND                     \
  p0 = (uint64_t)SKEWLAB_PHILOX_M0 * c0;         \
  p1 = (uint64_t)SKEWLAB_PHILOX_M1 * c2;         \
  c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;           \
  c1 = (uint32_t)p1;                             \
  c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;           \
  c3 = (uint32_t)p0;                             \
  k0 += SKEWLAB_PHILOX_W0;                       \
  k1 += SKEWLAB_PHILOX_W1;

// Always inline: a call in the loop over blocks would keep it from being vectorised too.
static inline __attribute__((always_inline)) void skewlab_philox(
    skewlab_counter at, uint32_t row_word, uint64_t *low, uint64_t *high) {
  uint32_t c0 = at.replicate, c1 = at.cycle, c2 = row_word, c3 = at.draw;
  uint32_t k0 = (uint32_t)at.key, k1 = (uint32_t)(at.key >> 32);
  uint64_t p0, p1;
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  SKEWLAB_PHILOX_ROUND
  *low = (uint64_t)c0 | ((uint64_t)c1 << 32);
  *high = (uint64_t)c2 | ((uint64_t)c3 << 32);
}

#endif
