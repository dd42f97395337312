#!/usr/bin/env bash
# Looks whether Reprise can be started: engine, variables, files, ports, disk, clock. Changes nothing.
set -euo pipefail
# shellcheck source=scripts/compose.sh
. "$(dirname "${BASH_SOURCE[0]}")/compose.sh"

DISK_GB_LEAST=8          # images while they are built, and room for recordings
CLOCK_SECONDS_BACK=86400 # a clock this far behind the newest commit is wrong

usage() { die "scripts/check-env.sh [proxy|dev|ngrok]"; }

# may_others_read FILE
may_others_read() {
  local mode
  mode=$(stat -c %a "$1" 2>/dev/null || stat -f %Lp "$1")
  [ $((8#$mode & 4)) -ne 0 ]
}

check_variables() {
  if [ ! -f "$ENV_FILE" ]; then
    problem "There is no .env. Run scripts/setup-env.sh, which makes one."
    return
  fi
  if may_others_read "$ENV_FILE"; then
    problem ".env holds secrets and every account may read it: chmod 600 .env"
  fi
  derive "$1" "$ENV_FILE"
  local name
  while read -r name; do note "$name in .env is none of our variables, and nothing reads it (docs/docker-profiles.md lists them)."; done < <(unknown_settings "$ENV_FILE")
  check_exported
}

check_exported() {
  local name
  for name in GEMINI_API_KEY DATABASE_URL GCS_BUCKET_NAME OAUTH_ISSUER OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET NGROK_AUTHTOKEN NGROK_DOMAIN; do
    if [ -n "${!name:-}" ] && [ "${!name}" != "$(setting $name)" ]; then
      note "$name in your shell is not used; .env alone counts."
    fi
  done
}

# need_inside NAME FILE: only the clone is shown to the containers.
need_inside() {
  local path=$2
  case $path in /*) ;; *) path=$ROOT/$path ;; esac
  if [ ! -f "$path" ] || [ ! -s "$path" ]; then problem "$1=$2 in .env names no file that has something in it."; return; fi
  case $(cd "$(dirname "$path")" && pwd) in
    "$ROOT" | "$ROOT"/*) ;;
    *) problem "$1=$2 must lie inside of $ROOT (containers see nothing else), with a path relative to it." ;;
  esac
  case $2 in /*) problem "$1=$2 must be a path relative to $ROOT." ;; esac
}

check_files() {
  local key=$ROOT/.gcp-key.json
  if [ "$tls" = yes ] && [ -n "$tls_key" ]; then
    need_inside TLS_CERTIFICATE "$tls_certificate"
    need_inside TLS_KEY "$tls_key"
    if [ -s "$ROOT/$tls_key" ] && may_others_read "$ROOT/$tls_key"; then problem "$tls_key is a private key and every account may read it: chmod 600 $tls_key"; fi
  fi
  [ -z "$connectors" ] || need_inside DEX_CONNECTORS_FILE "$connectors"
  settings_file=$(setting SETTINGS_FILE)
  [ -z "$settings_file" ] || need_inside SETTINGS_FILE "$settings_file"
  [ -z "$bucket" ] || check_key "$key"
}

check_key() {
  if [ ! -e "$1" ]; then
    problem "GCS_BUCKET_NAME is set, and .gcp-key.json is not here. Put the key of a service account there (docs/operating.md, Google Cloud Storage)."
    return
  fi
  if may_others_read "$1"; then problem ".gcp-key.json is a private key and every account may read it: chmod 600 .gcp-key.json"; fi
  if ! grep -q '"private_key"' "$1" || ! grep -q '"client_email"' "$1"; then
    problem ".gcp-key.json is no key of a service account: it lacks private_key or client_email. Make a new key in Google's console (JSON)."
  fi
}

# check_port PORT VARIABLE WHAT
check_port() {
  if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
    problem "Port $1, where $3 would listen, is in use. Stop what uses it (ss -ltnp 'sport = :$1' shows it), or set $2 in .env to another."
  fi
}

check_ports() {
  if [ ${#COMPOSE[@]} -gt 0 ] && { is_running proxy || is_running app-dev; }; then return; fi   # they are ours
  if [ "$1" = dev ]; then
    check_port "$app_port" APP_PORT "the app"
    check_port "$web_port" WEB_PORT "the app"
    check_port "$dex_port" DEX_PORT "Dex"
    check_port "$db_port" DB_PORT "PostgreSQL"
    check_port "$emulator_port" EMULATOR_PORT "the emulator"
  else
    check_port "$http_port" HTTP_PORT "nginx"
    if [ "$tls" = yes ]; then check_port "$https_port" HTTPS_PORT "nginx"; fi
  fi
}

check_disk() {
  local free
  free=$(df -Pk "$ROOT" | awk 'END { print int($4 / 1024 / 1024) }')
  [ "$free" -ge $DISK_GB_LEAST ] || problem "The disk of $ROOT has $free GB free; $DISK_GB_LEAST are needed. Make room."
}

check_clock() {
  local newest
  newest=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null || stat -c %Y "$ROOT/VERSION" 2>/dev/null || echo 0)
  if [ "$(date +%s)" -lt $((newest - CLOCK_SECONDS_BACK)) ]; then
    problem "The clock says $(date -u +%F), which is before this version was made. Set it (timedatectl set-ntp true): logins and keys go by it."
  fi
}

profile=${1:-proxy}
[ $# -le 1 ] || usage
is_profile "$profile" || usage
find_compose || true
check_variables "$profile"
if [ -n "${issuer:-}" ]; then
  check_files
  check_ports "$profile"
fi
check_disk
check_clock
if [ "$PROBLEMS" -gt 0 ]; then die "Reprise cannot start with the profile $profile: see above."; fi
say "Everything is ready for the profile $profile: scripts/start-app.sh $profile"
