#!/bin/bash
# Builds the documentation of every library module; a warning is an error. The plugin is a dependency only here, so that users do not fetch it.
set -euo pipefail
export SKEWLAB_DOCS=1
mkdir -p .build-docs/html
for target in SkewlabNumerics SkewlabEngine SkewlabComponents SkewlabTheory SkewlabExperiments SkewlabScenarios SkewlabReports SkewlabTesting Skewlab; do
  swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/html \
    generate-documentation --target "$target" --warnings-as-errors --output-path ".build-docs/html/$target" > .build-docs.log 2>&1 || {
    grep -E -A 6 "(warning|error):" .build-docs.log || cat .build-docs.log
    rm -f .build-docs.log
    exit 1
  }
  echo "documentation of $target: built without warnings"
done
rm -f .build-docs.log
