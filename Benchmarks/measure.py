"""Runs a command and prints its wall seconds, CPU seconds, peak megabytes and exit code.

A small process of its own, because Linux counts the size of the process that starts another into the other's peak.
"""

import os
import sys
import time

start = time.perf_counter()
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
megabytes = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
print(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, megabytes, os.waitstatus_to_exitcode(status))
