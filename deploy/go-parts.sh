#!/bin/sh
# go-parts.sh PROGRAM [MODULES OUT]: the Go modules inside of a program, which names them itself, as lines for sbom.sh. With MODULES,
# Go's cache of modules, their licences are copied into OUT, a folder for each, and the lines go into OUT/parts.
set -eu
program=$1 modules=${2:-} out=${3:-}

command -v strings >/dev/null || { echo 'go-parts: strings, of the package binutils, is not here' >&2; exit 1; }

# `module version` of each part, and the version of Go; what stands in for another one counts (`=>`).
parts() {
  strings -n 6 "$program" | awk -F '\t' '
    /^go1\.[0-9]+(\.[0-9]+)?$/ && !go { go = substr($0, 3) }
    $1 == "mod" || $1 == "dep" { if (path) print path, version; path = $2; version = $3 }
    $1 == "=>" { path = $2; version = $3 }
    END { if (path) print path, version; if (go) print "std", go }' | sort -u
}

# In the cache a capital is written as `!` and a small letter.
place_of() { printf '%s@%s' "$1" "$2" | sed 's/[A-Z]/!&/g' | tr '[:upper:]' '[:lower:]'; }

# licence_in FOLDER: by what the usual ones say of themselves; nothing when it is another one, or several.
licence_in() {
  if grep -qs 'Apache License' "$1"/*; then echo Apache-2.0
  elif grep -qs 'Mozilla Public License' "$1"/*; then echo MPL-2.0
  elif grep -qs 'Permission is hereby granted, free of charge' "$1"/*; then echo MIT
  elif grep -qs 'Redistribution and use in source and binary forms' "$1"/*; then
    if grep -qsi 'neither the name' "$1"/*; then echo BSD-3-Clause; else echo BSD-2-Clause; fi
  elif grep -qs 'Permission to use, copy, modify, and' "$1"/*; then echo ISC
  fi
}

describe() {
  parts | while read -r path version; do
    licence=
    if [ "$path" = std ]; then licence=BSD-3-Clause; fi
    if [ -n "$modules" ]; then
      texts=$out/$path@$version
      find "$modules/$(place_of "$path" "$version")" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' -o -iname 'patents*' \) 2>/dev/null | while read -r file; do
        mkdir -p "$texts"
        cp "$file" "$texts/"
      done
      [ ! -d "$texts" ] || licence=$(licence_in "$texts")
    fi
    printf 'golang %s %s %s\n' "$path" "$version" "$licence"
  done
}

if [ -z "$modules" ]; then describe; exit; fi
mkdir -p "$out"
describe >"$out/parts"
[ -s "$out/parts" ] || { echo "go-parts: $program names no parts" >&2; exit 1; }
