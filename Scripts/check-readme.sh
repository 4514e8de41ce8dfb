#!/bin/bash
# Runs what the README says. Blocks marked `sh` are run, in order, in a copy of the scenarios; the block marked `text` has to be what the demo prints
# now; the block marked `swift` has to be the snippet that is compiled and run.
set -euo pipefail
skewlab=$(realpath "$1")
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

block() { awk -v tag="$1" '$0 == "```" tag {on=1; next} on && $0 == "```" {on=0; print ""; next} on' README.md; }

echo "README: the demo's output"
"$skewlab" run scenarios/house-prices.yaml --out "$work/demo" | sed "s|$work/demo|results/demo|" > "$work/demo.txt"
diff <(block text | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}') "$work/demo.txt" || {
  echo "README.md does not show what the demo prints now; update the block marked 'text'" >&2
  exit 1
}

echo "README: the Swift example"
diff <(block swift | sed '$d') Snippets/HousePrices.swift || {
  echo "README.md does not show Snippets/HousePrices.swift; update one of them" >&2
  exit 1
}
swift run -c release HousePrices

echo "README: the commands"
mkdir -p "$work/bin" "$work/here"
ln -s "$skewlab" "$work/bin/skewlab"
cp -r scenarios "$work/here/"
block sh > "$work/commands.sh"
(cd "$work/here" && PATH="$work/bin:$PATH" bash -euo pipefail "$work/commands.sh") > "$work/output.txt" 2>&1 || {
  cat "$work/output.txt"
  echo "a command of README.md failed" >&2
  exit 1
}
# What the attribution says stands in the README as a quotation.
quoted=$(sed -n 's/^> //p' "$root/README.md" | tr '\n' ' ' | sed 's/ $//')
grep -qF -- "$quoted" <(tr '\n' ' ' < "$work/output.txt") || {
  echo "README.md does not quote what 'skewlab attribute' says now; update the quotation" >&2
  exit 1
}
cd "$root"
echo "README: $(grep -c '^skewlab' "$work/commands.sh") commands ran"
