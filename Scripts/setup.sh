#!/bin/bash
# Installs what Skewlab needs and is missing: OpenBLAS with its headers, and pkg-config. Says what to do where it cannot.
set -euo pipefail

missing=()
command -v pkg-config >/dev/null || missing+=(pkg-config)
pkg-config --exists openblas 2>/dev/null || missing+=(libopenblas-dev)

if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "Skewlab needs ${missing[*]} (Debian's names). This system has no apt-get; install OpenBLAS with its headers and pkg-config file" >&2
    echo "  Fedora: dnf install openblas-devel pkgconf   Arch: pacman -S openblas pkgconf   macOS: brew install openblas pkg-config" >&2
    echo "  so that 'pkg-config --cflags openblas' works, then run make again." >&2
    exit 1
  fi
  root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Skewlab needs ${missing[*]}: as root, run: apt-get install ${missing[*]}" >&2
      exit 1
    fi
    root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
  echo "Skewlab needs Swift 6.2 or newer, and there is no 'swift' here. Install it from https://www.swift.org/install/linux/ (swiftly), then run make again." >&2
  exit 1
fi
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
if [ "${version%%.*}" -lt 6 ] || { [ "${version%%.*}" -eq 6 ] && [ "${version#*.}" -lt 2 ]; }; then
  echo "Skewlab needs Swift 6.2 or newer; this is Swift $version. Install a newer one from https://www.swift.org/install/linux/ (swiftly install latest), then run make again." >&2
  exit 1
fi
