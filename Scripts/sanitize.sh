#!/bin/bash
# The tests under sanitizers, each in a build folder of its own: addresses, undefined behaviour, threads. Slow: ten minutes and more for each on two cores.
# The statistical tests are left out unless SANITIZED is set to a filter of tests: they run the same code, longer.
set -euo pipefail

run() { # the name of the build folder, then the options of SwiftPM
  local name=$1
  shift
  echo "sanitizer: $name"
  swift build -c release --build-tests --scratch-path ".build-$name" "$@"
  if [ -n "${SANITIZED:-}" ]; then
    swift test -c release --skip-build --scratch-path ".build-$name" "$@" --filter "$SANITIZED"
  else
    swift test -c release --skip-build --scratch-path ".build-$name" "$@" --skip SkewlabStatisticalTests
  fi
}

# Constants that Swift makes once and keeps look like leaks to a tool that cannot see where it keeps them.
ASAN_OPTIONS=detect_leaks=0 run address --sanitize=address
# Swift checks its own arithmetic and bounds always; what can be undefined is the C. A trap needs no runtime: the test that meets one dies with SIGILL.
run undefined -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/Scripts/sanitize-thread.txt" \
  run thread --sanitize=thread --skip 'a limit on the size of files'  # which the sanitizer's own memory runs into
