#!/bin/sh
# npm-parts.sh LICENCES_JSON: the npm packages of the web app as lines for sbom.sh. The file is one that the web build makes.
set -eu
{ sed 's/"debian":.*//' "$1"; echo; } | tr '{' '\n' | sed -n 's/^"name":"\([^"]*\)","version":"\([^"]*\)","licence":"\([^"]*\)".*/npm \1 \2 \3/p'
