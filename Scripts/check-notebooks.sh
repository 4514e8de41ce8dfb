#!/bin/bash
# Checks the notebooks in notebooks-export/: their numbers are those of the command now, and they run. `--write` after the command makes them anew.
set -euo pipefail
cd "$(dirname "$0")/.."

build=.build-notebooks
packages=(nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 pandas==3.1.1 matplotlib==3.11.2)
if [ "$(cat "$build/installed" 2>/dev/null)" != "${packages[*]}" ]; then
  python3 -m venv "$build/venv"
  "$build/venv/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
  echo "${packages[*]}" > "$build/installed"
fi
# Settings and kernels of this machine's user have no part in it.
unset MPLBACKEND
export JUPYTER_CONFIG_DIR=$PWD/$build/config JUPYTER_DATA_DIR=$PWD/$build/data IPYTHONDIR=$PWD/$build/ipython MPLCONFIGDIR=$PWD/$build/matplotlib
exec "$build/venv/bin/python" Scripts/check_notebooks.py "$@"
