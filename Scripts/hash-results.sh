#!/bin/bash
# Hashes every CSV that the scenarios write, so that a change which should move no number can show it:
#   Scripts/hash-results.sh .build/release/skewlab > before.txt     … change, build …     > after.txt
#   diff before.txt after.txt
# One line a file: SHA-256, command, file. BLAS kernels differ between machines, so compare on one.
set -euo pipefail
skewlab=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for scenario in scenarios/*.yaml; do
  "$skewlab" run "$scenario" --out "$out/run-$(basename "$scenario" .yaml)" --quiet > "$out/log" 2>&1 || cat "$out/log" >&2
done
"$skewlab" attribute scenarios/six-causes.yaml --out "$out/attribute-six-causes" --quiet > /dev/null
"$skewlab" screen scenarios/house-prices.yaml --replicates 2 --set feedback=[] --out "$out/screen-house-prices" --quiet > /dev/null
cd "$out"
find . -name '*.csv' | LC_ALL=C sort | xargs sha256sum
