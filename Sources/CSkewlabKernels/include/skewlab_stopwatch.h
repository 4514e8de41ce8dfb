// A stopwatch of each thread, which shares the thread's time out among kinds of work. One that is not running costs a comparison.

#ifndef SKEWLAB_STOPWATCH_H
#define SKEWLAB_STOPWATCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SKEWLAB_STOPWATCH_KINDS 16

/// Sets every kind to zero, and counts this thread's time from now on as work of a kind below SKEWLAB_STOPWATCH_KINDS.
void skewlab_stopwatch_start(int kind);
/// Stops, and gives the nanoseconds of each kind.
void skewlab_stopwatch_stop(uint64_t nanoseconds[SKEWLAB_STOPWATCH_KINDS]);
/// Counts from now on as another kind of work; gives the kind before.
int skewlab_stopwatch_turn(int kind);

#ifdef __cplusplus
}
#endif

#endif
