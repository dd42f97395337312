#!/usr/bin/env bash
# package.sh OUT: makes reprise_VERSION_ARCH.deb and reprise-VERSION-linux-ARCH.tar.gz from build/release and web/dist.
# `./dev package` calls it. PACKAGE_VERSION: another version than that of the file VERSION;
# PACKAGE_BINARIES: another folder of programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

OUT=${1:?package.sh OUT}
VERSION=${PACKAGE_VERSION:-$(cat VERSION)}
BINARIES=${PACKAGE_BINARIES:-build/release}
ARCH=$(dpkg --print-architecture)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
# The same input gives the same files.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y VERSION)}
umask 022

[ -s web/dist/licences.txt ] || { echo "package.sh: the web app is not built: ./dev build" >&2; exit 1; }

put() { install -D -m "$1" "$2" "$3"; }

# parts PROGRAM: the list of everything inside of a program and of the libraries that it loads (SPDX 2.3).
parts() {
  local library
  {
    sh deploy/npm-parts.sh web/dist/licences.json
    # Debian knows a library under /usr/lib or /lib, which are one folder. Of the names that it does not know nothing is printed.
    ldd "$1" | awk '/=> \// { print $3 }' | while read -r library; do
      printf '%s\n' "$(readlink -f "$library")" "/lib/${library##*/lib/}"
    done | { xargs dpkg-query -S 2>/dev/null || true; } | sed -n 's/^\([a-z0-9.+-]*\)\(:[a-z0-9]*\)*: .*/\1/p' | sort -u |
      xargs dpkg-query -W -f "deb \${Package} \${Version}\\n"
  } | sh deploy/sbom.sh reprise "$VERSION"
}

# tree ROOT: the files of the package.
tree() {
  local root=$1 file
  put 755 "$BINARIES/reprise" "$root/usr/bin/reprise"
  strip --strip-unneeded "$root/usr/bin/reprise"
  put 644 deploy/debian/reprise.service "$root/lib/systemd/system/reprise.service"
  put 644 deploy/debian/reprise.conf "$root/etc/reprise/reprise.conf"
  for file in docs/operating.md CHANGELOG.md SECURITY.md deploy/nginx/render.sh deploy/nginx/reprise.conf.template; do
    put 644 "$file" "$root/usr/share/doc/reprise/$(basename "$file")"
  done
  put 644 LICENSE "$root/usr/share/doc/reprise/copyright"
  put 644 web/dist/licences.json "$root/usr/share/doc/reprise/licences.json"
  put 644 web/dist/licences.txt "$root/usr/share/doc/reprise/licences.txt"
  parts "$BINARIES/reprise" >"$root/usr/share/doc/reprise/sbom.spdx.json"
}

# needs FILE: the Debian packages of the libraries that it loads, as a list for Depends.
needs() {
  mkdir -p "$WORK/shlibs/debian"
  printf 'Source: reprise\n\nPackage: reprise\nArchitecture: any\n' >"$WORK/shlibs/debian/control"
  (cd "$WORK/shlibs" && dpkg-shlibdeps -O "$1" 2>/dev/null) | sed 's/^shlibs:Depends=//'
}

deb() {
  local root=$WORK/deb name
  tree "$root"
  mkdir -p "$root/DEBIAN"
  for name in postinst prerm postrm; do put 755 "deploy/debian/$name" "$root/DEBIAN/$name"; done
  printf '/etc/reprise/reprise.conf\n' >"$root/DEBIAN/conffiles"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: reprise
Version: $VERSION
Architecture: $ARCH
Maintainer: Reprise <reprise@reprise.invalid>
Depends: $(needs "$root/usr/bin/reprise"), adduser, ca-certificates
Recommends: ffmpeg, poppler-utils, libheif-examples, libjpeg-turbo-progs
Suggests: nginx-light, postgresql
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Section: web
Priority: optional
Description: chats and live sessions with a multimodal agent, recorded and played back
 The server of Reprise: one program with its web app inside. Voice and camera go from
 the browser to the Gemini Live API; every session is recorded and can be played back
 a second after hanging up.
CONTROL
  dpkg-deb --root-owner-group --build "$root" "$OUT/reprise_${VERSION}_$ARCH.deb" >/dev/null
}

tarball() {
  local name=reprise-$VERSION-linux-$ARCH root
  root=$WORK/$name
  mkdir -p "$root"
  install -m 755 "$BINARIES/reprise" "$BINARIES/reprise-emulator" "$root/"
  strip --strip-unneeded "$root/reprise" "$root/reprise-emulator"
  install -m 644 README.md LICENSE CHANGELOG.md docs/operating.md web/dist/licences.json web/dist/licences.txt deploy/debian/reprise.service deploy/debian/reprise.conf "$root/"
  parts "$BINARIES/reprise" >"$root/sbom.spdx.json"
  tar -C "$WORK" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -n >"$OUT/$name.tar.gz"
}

mkdir -p "$OUT"
deb
tarball
(cd "$OUT" && sha256sum -- *.deb *.tar.gz >SHA256SUMS && ls -l)
