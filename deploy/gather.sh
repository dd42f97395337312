#!/bin/sh
# gather.sh OUT: makes in OUT the roots of the images app, emulator and dex: the programs, the libraries that they
# load, certificates of authorities, licences, and a list of all parts (SBOM). Runs while images are built.
set -eu
OUT=$1
ACCOUNT=10001

# add ROOT FILE...: copies files and what their links point to, at the same places.
add() {
  root=$OUT/$1
  shift
  for file in "$@"; do
    mkdir -p "$root$(dirname "$file")"
    # A link that is there already may lead to the file itself.
    cp -L --remove-destination --preserve=mode,timestamps "$file" "$root$file"
    printf '%s\n' "$file" >>"$root.files"
  done
}

libraries_of() { ldd "$1" | awk '/=> \// { print $3 } /^\t\// { print $1 }'; }

# base ROOT: accounts, authorities, folders.
base() {
  root=$OUT/$1
  mkdir -p "$root/etc" "$root/tmp" "$root/config" "$root/usr/lib/ssl"
  chmod 1777 "$root/tmp"
  printf 'reprise:x:%s:%s::/nonexistent:/usr/sbin/nologin\n' $ACCOUNT $ACCOUNT >"$root/etc/passwd"
  printf 'reprise:x:%s:\n' $ACCOUNT >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  add "$1" /etc/ssl/certs/ca-certificates.crt /etc/ssl/openssl.cnf /etc/protocols /etc/services
  cp -a /etc/ssl/certs "$root/etc/ssl/"
  mkdir -p "$root/usr/share"
  cp -a /usr/share/ca-certificates "$root/usr/share/"
  find /usr/share/ca-certificates -type f | head -n 1 >>"$root.files"
  ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
  ln -s /etc/ssl/openssl.cnf "$root/usr/lib/ssl/openssl.cnf"
}

# program ROOT FILE: with its libraries, and those that the C library loads by name.
program() {
  add "$1" "$2"
  if ldd "$2" 2>/dev/null | grep 'not found'; then echo "gather: $2 needs these libraries; name their packages in deploy/Dockerfile" >&2; exit 1; fi
  # shellcheck disable=SC2046
  if ldd "$2" >/dev/null 2>&1; then add "$1" $(libraries_of "$2"); fi
}

# owners ROOT: the Debian packages that its files come from, `name version`, one a line.
owners() {
  # Debian knows a library under /usr/lib or /lib, which are one folder. Of the names that it does not know nothing is printed.
  sort -u "$OUT/$1.files" | while read -r file; do
    printf '%s\n' "$file" "$(readlink -f "$file")" "/usr$file"
  done | sort -u | xargs dpkg-query -S 2>/dev/null | sed -n 's/^\([a-z0-9.+-]*\)\(:[a-z0-9]*\)*: .*/\1/p' | sort -u |
    xargs dpkg-query -W -f "\${Package} \${Version}\\n" | sort -u
}

# go_parts: what Dex is made of. Its licences are there when it was built here, and not with BINARIES=prebuilt.
go_parts() {
  if [ -f /src/peers/dex-licences/parts ]; then
    cp -a /src/peers/dex-licences "$OUT/dex/usr/share/doc/dex" >&2
    cat /src/peers/dex-licences/parts
  else
    sh /src/go-parts.sh /usr/local/bin/dex
  fi
}

# describe ROOT: licences and an SBOM in the form of SPDX 2.3.
describe() {
  root=$OUT/$1
  mkdir -p "$root/usr/share/doc/reprise"
  cp /src/LICENSE "$root/usr/share/doc/reprise/copyright"
  cp /src/licences.txt "$root/usr/share/doc/reprise/"
  owners "$1" >"$OUT/$1.packages"
  while read -r name _; do
    [ -f "/usr/share/doc/$name/copyright" ] || continue
    mkdir -p "$root/usr/share/doc/$name"
    cp -L "/usr/share/doc/$name/copyright" "$root/usr/share/doc/$name/"
  done <"$OUT/$1.packages"
  {
    sed 's/^/deb /' "$OUT/$1.packages"
    sh /src/npm-parts.sh /src/licences.json
    [ "$1" != dex ] || go_parts
  } | sh /src/sbom.sh "reprise-$1" "$(cat /src/VERSION)" >"$root/usr/share/doc/reprise/sbom.spdx.json"
}

mkdir -p "$OUT"
strip --strip-unneeded /usr/local/bin/reprise /usr/local/bin/reprise-emulator
for one in app emulator dex; do
  base $one
  # Each image asks for its health by `reprise health`.
  program $one /usr/local/bin/reprise
  add $one "$(ldconfig -p | awk '/libnss_dns.so.2 /{ print $NF; exit }')" "$(ldconfig -p | awk '/libnss_files.so.2 /{ print $NF; exit }')"
done
# They look at files that people attach, each in a sandbox of the server (docs/adr/2026-11-29-uploads.md).
for tool in ffmpeg ffprobe pdftoppm heif-convert jpegtran; do program app /usr/bin/$tool; done
# Letters of documents that bring no fonts.
cp -a /etc/fonts "$OUT/app/etc/"
# shellcheck disable=SC2046
add app $(dpkg-query -L fontconfig-config fonts-dejavu-core | while read -r file; do [ ! -f "$file" ] || echo "$file"; done)
program emulator /usr/local/bin/reprise-emulator
# shellcheck disable=SC2046
add emulator $(dpkg-query -L pocketsphinx-en-us | while read -r file; do [ ! -f "$file" ] || echo "$file"; done)
program dex /usr/local/bin/dex
for one in app emulator dex; do describe $one; done
