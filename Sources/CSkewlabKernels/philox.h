// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011), section 3.3.

#ifndef SKEWLAB_PHILOX_H
#define SKEWLAB_PHILOX_H

#include <stdint.h>

#include "elementary.h"
#include "skewlab_kernels.h"

#define SKEWLAB_PHILOX_M0 0xD2511F53u
#define SKEWLAB_PHILOX_M1 0xCD9E8D57u
#define SKEWLAB_PHILOX_W0 0x9E3779B9u
#define SKEWLAB_PHILOX_W1 0xBB67AE85u

// Words live in 64-bit variables whose upper halves are arbitrary: the multiplication reads lower halves only, and so one block is
// one 64-bit lane of a vector, without shuffles. Written out round by round: a loop would keep compilers from vectorising.
#define SKEWLAB_PHILOX_ROUND                                 \
  p0 = (uint64_t)SKEWLAB_PHILOX_M0 * (uint32_t)c0;           \
  p1 = (uint64_t)SKEWLAB_PHILOX_M1 * (uint32_t)c2;           \
  c0 = (p1 >> 32) ^ c1 ^ k0;                                 \
  c1 = p1;                                                   \
  c2 = (p0 >> 32) ^ c3 ^ k1;                                 \
  c3 = p0;                                                   \
  k0 += SKEWLAB_PHILOX_W0;                                   \
  k1 += SKEWLAB_PHILOX_W1;

/// One block: words 0 and 1 in `low` (word 0 in its lower half), words 2 and 3 in `high`.
SKEWLAB_INLINE void skewlab_philox(skewlab_counter at, uint32_t row_word, uint64_t *low, uint64_t *high) {
  uint64_t c0 = at.replicate, c1 = at.cycle, c2 = row_word, c3 = at.draw, p0, p1;
  uint32_t k0 = (uint32_t)at.key, k1 = (uint32_t)(at.key >> 32);
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
  *low = (uint32_t)c0 | (c1 << 32);
  *high = (uint32_t)c2 | (c3 << 32);
}

#endif
