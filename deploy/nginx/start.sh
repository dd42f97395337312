#!/bin/sh
# Starts nginx in its container: names of other containers are looked up anew every few seconds, where this
# container looks up its names.
set -eu
resolver=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
printf 'resolver %s valid=5s ipv6=off;\nresolver_timeout 3s;\n' "${resolver:-127.0.0.11}" >/tmp/resolver.conf
exec /usr/sbin/nginx -e stderr -c "${1:-/etc/nginx/reprise-nginx.conf}"
