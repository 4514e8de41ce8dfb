#!/bin/bash
# Validates and runs every scenario in scenarios/, into a temporary folder.
set -euo pipefail
skewlab=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$skewlab" validate scenarios/*.yaml
for scenario in scenarios/*.yaml; do
  echo
  "$skewlab" run "$scenario" --out "$out/$(basename "$scenario" .yaml)"
done
