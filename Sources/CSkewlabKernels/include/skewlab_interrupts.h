// Signals that ask a process to end. The handler needs no thread and no memory.

#ifndef SKEWLAB_INTERRUPTS_H
#define SKEWLAB_INTERRUPTS_H

// From now on the first SIGINT, SIGTERM or SIGHUP is noted, and a second one prints `again` to
// standard error and ends the process with status 130. A SIGHUP that is ignored (nohup) stays so.
void skewlab_watch_interrupts(const char *again);

// Whether one has come.
int skewlab_is_interrupted(void);

#endif
