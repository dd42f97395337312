#!/bin/sh
# Makes web/src/ui/fonts out of the Inter in the npm package @fontsource-variable/inter. The result is committed: builds need no Python.
# Run it after the package changed: web/build/make-fonts.sh. It needs python3 with venv, and takes its tools into a folder that goes again.
set -eu
cd "$(dirname "$0")/.."
package=node_modules/@fontsource-variable/inter
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install -q fonttools==4.68.0 brotli==1.2.1

# Weights 400 to 600 are all that the style sheets use; of the features those that they name, and those that place letters and marks.
make() { # SUBSET LETTERS FEATURES
  "$tools/bin/fonttools" varLib.instancer -q "$package/files/inter-$1-wght-normal.woff2" wght=400:600 -o "$tools/$1.ttf"
  "$tools/bin/pyftsubset" "$tools/$1.ttf" --unicodes="$2" --layout-features="$3" --flavor=woff2 --output-file="src/ui/fonts/inter-$1.woff2"
}
make latin '*' kern,ccmp,locl,mark,mkmk,calt,tnum,cv05,ss03
# Letters of living languages; phonetic and medieval ones come from the system's fonts.
make latin-ext 'U+100-17F,U+18F,U+192,U+1A0-1A1,U+1AF-1B0,U+1CD-1DC,U+1E6-1E7,U+1EA-1EB,U+1FA-1FF,U+218-21B,U+237,U+259,U+1E80-1E85,U+1E9E,U+1EF2-1EF3,U+20A0-20C0,U+2113' kern,ccmp,locl,mark,mkmk,tnum
cp "$package/LICENSE" src/ui/fonts/OFL.txt
ls -l src/ui/fonts
