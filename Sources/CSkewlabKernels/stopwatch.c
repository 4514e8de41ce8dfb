// The stopwatch: one clock reading whenever the kind of work changes.

#include "skewlab_stopwatch.h"

#include <string.h>
#include <time.h>

static _Thread_local struct {
  int is_running, kind;
  uint64_t since, nanoseconds[SKEWLAB_STOPWATCH_KINDS];
} watch;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void count(void) {
  uint64_t time = now();
  watch.nanoseconds[watch.kind] += time - watch.since;
  watch.since = time;
}

void skewlab_stopwatch_start(int kind) {
  memset(&watch, 0, sizeof watch);
  watch.is_running = 1;
  watch.kind = kind;
  watch.since = now();
}

void skewlab_stopwatch_stop(uint64_t nanoseconds[SKEWLAB_STOPWATCH_KINDS]) {
  if (watch.is_running) count();
  watch.is_running = 0;
  memcpy(nanoseconds, watch.nanoseconds, sizeof watch.nanoseconds);
}

int skewlab_stopwatch_turn(int kind) {
  if (!watch.is_running) return kind;
  count();
  int before = watch.kind;
  watch.kind = kind;
  return before;
}
