#!/bin/bash
# The tests under sanitizers, each in a build folder of its own: addresses, undefined behaviour, threads. Slow: about ten minutes for each on two cores.
# The statistical tests are left out: they run the same code, longer. SANITIZED is a filter of tests, all unless set.
set -euo pipefail

sanitize() { # the name of the build folder, the tests to leave out, the options of SwiftPM
  local name=$1 skipped=$2
  shift 2
  echo "sanitizer: $name"
  swift build -c release --build-tests --scratch-path ".build-$name" "$@"
  swift test -c release --skip-build --scratch-path ".build-$name" "$@" --filter "${SANITIZED:-.}" --skip "$skipped"
}

# Constants that Swift makes once and keeps look like leaks to a tool that cannot see where it keeps them.
ASAN_OPTIONS=detect_leaks=0 sanitize address SkewlabStatisticalTests --sanitize=address

# Swift checks its own arithmetic and bounds always; what can be undefined is the C. A trap needs no runtime: the test that meets one dies with SIGILL.
sanitize undefined SkewlabStatisticalTests -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined

# The command's tests are left out here: a thread that has to wait for a `Mutex` takes it within the standard library, which is not built with the sanitizer, so
# that what is handed over under that lock is reported, once in some hundred runs. What threads share is tested within one process by SkewlabExperimentsTests.
TSAN_OPTIONS="halt_on_error=1 suppressions=$PWD/Scripts/thread-sanitizer.suppressions" sanitize thread 'SkewlabStatisticalTests|SkewlabCommandTests' --sanitize=thread
