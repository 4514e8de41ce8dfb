#!/bin/bash
# Ratios of skewlab to NumPy, pandas and scikit-learn, both sides in turn in one run, one BLAS thread each. Options go to bench.py (see --help).
set -euo pipefail
cd "$(dirname "$0")/.."

build=.build-bench
export OPENBLAS_NUM_THREADS=1
if ! "$build/venv/bin/python" -c 'import numpy, pandas, sklearn; assert (numpy.__version__, pandas.__version__, sklearn.__version__) == ("2.4.6", "3.1.1", "1.9.1")' 2>/dev/null; then
  python3 -m venv "$build/venv"
  "$build/venv/bin/pip" install --quiet numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1
fi
# The kernels as the package compiles them (release is -O2), for Python to call. Swift's clang, not another compiler.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
"$clang" -O2 -shared -fPIC -ISources/CSkewlabKernels/include Sources/CSkewlabKernels/*.c -o "$build/libkernels.so"
exec "$build/venv/bin/python" Benchmarks/bench.py "$@"
