#!/bin/sh
# Prints nginx's configuration for Reprise, to be included in its block `http`:
#   deploy/nginx/render.sh --host reprise.example --certificate FILE --key FILE >/etc/nginx/conf.d/reprise.conf
set -eu

usage() {
  cat >&2 <<'TEXT'
render.sh --host NAME [--host NAME ...] [--certificate FILE --key FILE] [--port 80] [--tls-port 443]
          [--app 127.0.0.1:8080] [--dex HOST:PORT] [--emulator HOST:PORT] [--forwarded]
          [--resolver-file FILE]
With a certificate the app is served by TLS and HTTP/2 on --tls-port, and --port leads there.
--forwarded: something in front of nginx ends TLS and says in X-Forwarded-For who asks.
--resolver-file: for containers, whose addresses change: a file with nginx's directive `resolver`.
TEXT
  exit 78
}
refuse() { printf 'render.sh: %s\n' "$1" >&2; exit 78; }

hosts='' certificate='' key='' port=80 tls_port=443 app=127.0.0.1:8080 dex='' emulator='' resolver_file='' forwarded=no
while [ $# -gt 0 ]; do
  [ "$1" = --forwarded ] || [ $# -gt 1 ] || usage
  case $1 in
    --host) hosts="$hosts $2" ;;
    --certificate) certificate=$2 ;;
    --key) key=$2 ;;
    --port) port=$2 ;;
    --tls-port) tls_port=$2 ;;
    --app) app=$2 ;;
    --dex) dex=$2 ;;
    --emulator) emulator=$2 ;;
    --resolver-file) resolver_file=$2 ;;
    --forwarded) forwarded=yes; shift; continue ;;
    *) usage ;;
  esac
  shift 2
done
hosts=${hosts# }
[ -n "$hosts" ] || usage
case $hosts in
  */*) refuse "a host has no path: Reprise runs at the root of a host name only. Give it a name of its own." ;;
  *[!A-Za-z0-9.\ -]*) refuse "a host is made of letters, digits, dots and dashes: $hosts" ;;
esac
for text in "$certificate" "$key" "$port" "$tls_port" "$app" "$dex" "$emulator" "$resolver_file"; do
  case $text in *[!A-Za-z0-9._/:-]*) refuse "\"$text\" has a letter that nginx's files would need quotes for." ;; esac
done
if [ -n "$certificate" ]; then
  [ -n "$key" ] || refuse "--certificate needs --key, the file of its private key."
fi

host=${hosts%% *} proto=http host_and_port=${hosts%% *}
script=''
# keep YES MARK: keeps the lines that begin with %MARK%, or removes them.
keep() { if [ "$1" = yes ]; then script="$script;s/^%$2%//"; else script="$script;/^%$2%/d"; fi; }
is_given() { if [ -n "$1" ]; then printf yes; else printf no; fi; }
tls=$(is_given "$certificate") compose=$(is_given "$resolver_file")
[ "$compose" = yes ] && host_mode=no || host_mode=yes
[ "$tls" = yes ] && plain=no || plain=yes
if [ "$tls" = yes ]; then
  proto=https
  [ "$tls_port" = 443 ] || host_and_port=$host:$tls_port
fi
[ "$forwarded" = no ] || proto=https
if [ "$tls$compose" = yesyes ]; then keep yes 'tls+compose'; else keep no 'tls+compose'; fi
[ -n "$dex" ] || script="$script;/^%dex%  location .*\/dex\/ {/,/^%dex%  }/d"
keep "$tls" tls; keep "$plain" plain; keep "$compose" compose; keep "$host_mode" host
keep "$forwarded" forwarded; keep "$(is_given "$dex")" dex; keep "$(is_given "$emulator")" emulator
exec sed -e "${script#;}" -e "s|@HOSTS@|$hosts|;s|@HOST_AND_PORT@|$host_and_port|;s|@PORT@|$port|;s|@TLS_PORT@|$tls_port|
s|@APP@|$app|;s|@DEX@|$dex|;s|@EMULATOR@|$emulator|;s|@PROTO@|$proto|;s|@CERTIFICATE@|$certificate|;s|@KEY@|$key|
s|@RESOLVER_FILE@|$resolver_file|" "$(dirname "$0")/reprise.conf.template"
