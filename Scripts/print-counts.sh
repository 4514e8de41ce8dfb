#!/bin/bash
# What the fault tests did, from the lines that they counted into a file while they ran; and what they had to skip. A count that is missing or too low is
# a failure: a test is gone.
set -euo pipefail
grep '^SKIPPED: ' "$1" || true
awk -F ': ' '
  BEGIN {
    least["malformed input"] = 80; least["kills"] = 50; least["interrupts"] = 13; least["mutants"] = 20000; least["mutants through the command"] = 100
    least["file limits"] = 1; least["changed tables"] = 3; least["read-only folders"] = 1
    least["generated scenarios"] = 5000; least["generated scenarios run"] = 2500; least["mutated tables"] = 10000
    least["generated scenarios through the command"] = 500
    least["headlines"] = 237; least["headline clauses"] = 500
  }
  /^SKIPPED: / { next }
  { sum[$1] += $2; if (!($1 in seen)) { seen[$1]; names[++count] = $1 } }
  END {
    for (i = 1; i <= count; i++) line = line (i > 1 ? "; " : "") names[i] ": " sum[names[i]]
    print line
    for (name in least) if (sum[name] < least[name]) { print "too few " name ": " sum[name] + 0 " of " least[name] > "/dev/stderr"; failed = 1 }
    exit failed
  }' "$1"
