// Signals that ask a process to end.

#include "skewlab_interrupts.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int interrupted;
static char message[256];

static void note(int number) {
  (void)number;
  if (!atomic_exchange(&interrupted, 1)) return;
  if (write(2, message, strlen(message)) < 0) _exit(130);
  _exit(130);
}

void skewlab_watch_interrupts(const char *again) {
  strncpy(message, again, sizeof message - 1);
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, &before);
  if (before.sa_handler == SIG_IGN) sigaction(SIGHUP, &before, NULL);
}

int skewlab_is_interrupted(void) { return atomic_load_explicit(&interrupted, memory_order_relaxed); }
