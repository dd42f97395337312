#!/bin/sh
# Starts PostgreSQL in its container: makes the cluster at the first start, sets the passwords that /config holds,
# and listens on a socket file only (for app and dex, in a volume of their own).
set -eu
umask 077
BIN=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
DATA=${POSTGRES_DATA:-/var/lib/postgresql/data}
SOCKETS=${POSTGRES_SOCKETS:-/run/postgresql}
CONFIG=${POSTGRES_CONFIG:-/config}
OWN=${POSTGRES_TEMPORARY:-/tmp}/own     # a folder for the socket that only this script uses
RECOVERY_SECONDS=3600                   # after a crash it reads its log first

mkdir -p "$DATA" "$OWN"
# Two servers on one folder would destroy it, and process numbers say nothing across containers.
exec 9>"$DATA.lock"
flock -n 9 || { echo "postgres: another container uses this volume; stop it first (scripts/stop-app.sh)" >&2; exit 1; }
rm -f "$DATA/postmaster.pid" "$SOCKETS"/.s.PGSQL.5432*

if [ ! -s "$DATA/PG_VERSION" ]; then
  # A first start that was interrupted leaves half a cluster, which nobody has used.
  rm -rf "$DATA.new"
  "$BIN/initdb" -D "$DATA.new" -U postgres -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --data-checksums \
    --pwfile="$CONFIG/reprise-password" --no-instructions
  rmdir "$DATA" && mv "$DATA.new" "$DATA"
fi

password() { cat "$CONFIG/$1-password"; }
printf 'local all postgres trust\n' >"$OWN/hba.conf"
"$BIN/pg_ctl" -D "$DATA" -w -t $RECOVERY_SECONDS -s start 9>&- \
  -o "-c listen_addresses='' -c unix_socket_directories='$OWN' -c hba_file='$OWN/hba.conf'"
for name in reprise dex; do
  "$BIN/psql" -q -h "$OWN" -U postgres -d postgres -v ON_ERROR_STOP=1 -v name="$name" -v password="$(password $name)" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
"$BIN/pg_ctl" -D "$DATA" -w -s -m fast stop 9>&-
printf 'local all all scram-sha-256\n' >"$OWN/hba.conf"
exec "$BIN/postgres" -D "$DATA" -c listen_addresses='' -c unix_socket_directories="$SOCKETS" \
  -c hba_file="$OWN/hba.conf" -c shared_buffers=128MB -c max_connections=60 -c logging_collector=off
