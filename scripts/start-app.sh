#!/usr/bin/env bash
# Checks, builds what is not built, starts Reprise with Compose, and waits until it answers.
set -euo pipefail
# shellcheck source=scripts/compose.sh
. "$(dirname "${BASH_SOURCE[0]}")/compose.sh"

HEALTHY_SECONDS=180

usage() { die "scripts/start-app.sh [proxy|dev|ngrok] [--no-build]
  proxy  nginx on port 80 of this machine, http://auth.localhost (the default)
  dev    the app on ports 8080 and 3000, with Dex, PostgreSQL and the emulator on ports of their own
  ngrok  under the public name that ngrok gives"; }

# compose_environment: what docker-compose.yml takes, from .env.
compose_environment() {
  local name value
  printf 'APP_PROFILE=%s\nSETTINGS_HASH=%s\nPUBLIC_HOST=%s\nBIND_ADDRESS=%s\n' "$profile" "$(settings_hash)" "$public_host" "$bind_address"
  printf 'HTTP_PORT=%s\nHTTPS_PORT=%s\nAPP_PORT=%s\nWEB_PORT=%s\n' "$http_port" "$https_port" "$app_port" "$web_port"
  printf 'DEX_PORT=%s\nDB_PORT=%s\nEMULATOR_PORT=%s\n' "$dex_port" "$db_port" "$emulator_port"
  if [ "$tls" = yes ]; then printf 'TLS_PUBLISHED=%s:%s\n' "$bind_address" "$https_port"; fi
  for name in BASE_IMAGE BINARIES REPRISE_TAG NGROK_IMAGE; do
    value=$(setting $name)
    [ -z "$value" ] || printf '%s=%s\n' "$name" "$value"
  done
}

# settings_hash: of everything that `prepare` reads; another one makes new containers.
settings_hash() {
  local file
  for file in "$ENV_FILE" "$ROOT/.gcp-key.json" "$ROOT/$tls_certificate" "$ROOT/$tls_key" "$ROOT/$connectors" "$ROOT/$(setting SETTINGS_FILE)"; do
    [ ! -f "$file" ] || cat "$file"
  done | { if has sha256sum; then sha256sum; else shasum -a 256; fi; } | cut -c 1-16
}

stop_others() {
  local other=dev service
  [ "$profile" != dev ] || other=proxy
  for service in $(services_of $other); do
    if is_running "$service"; then
      say "Stopping $service, which belongs to another profile."
      compose --profile proxy --profile dev --profile ngrok rm -fs "$service" >/dev/null
    fi
  done
}

# health_of SERVICE: asks the service from inside of its container.
health_of() {
  case $1 in
    app | app-dev) compose_in "$1" /usr/local/bin/reprise health ;;
    dex) compose_in dex /usr/local/bin/reprise health "http://localhost:$DEX_PORT_DEFAULT/dex/healthz" ;;
    dex-dev) compose_in dex-dev /usr/local/bin/reprise health "http://localhost:$dex_port/dex/healthz" ;;
    db) compose_in db pg_isready -q -h /run/postgresql -U reprise ;;
    proxy) compose_in proxy bash -c "exec 3<>/dev/tcp/127.0.0.1/$http_port" ;;
  esac
}
compose_in() { compose "${profiles[@]}" exec -T "$@"; }

wait_for() {
  local service=$1 until=$((SECONDS + HEALTHY_SECONDS)) said
  printf 'Waiting for %s' "$service"
  while ! said=$(health_of "$service" 2>&1); do
    if [ $SECONDS -ge $until ]; then
      printf '\n'
      compose "${profiles[@]}" logs --tail=15 "$service" >&2 || true
      die "$service is not healthy after $HEALTHY_SECONDS s: $said
Above are its last lines; scripts/stop-app.sh stops everything."
    fi
    printf '.'
    sleep 1
  done
  printf ' ready\n'
}

profile=proxy build=(--build)
for word in "$@"; do
  case $word in
    --no-build) build=() ;;
    -*) usage ;;
    *) is_profile "$word" || usage; profile=$word ;;
  esac
done
"$ROOT/scripts/check-env.sh" "$profile"
find_compose
problem() { :; }
note() { :; }
derive "$profile" "$ENV_FILE"
COMPOSE_ENV=$(mktemp)
trap 'rm -f "$COMPOSE_ENV"' EXIT
trap 'printf "\nInterrupted. What has started goes on: scripts/stop-app.sh stops it, scripts/start-app.sh %s goes on.\n" "$profile" >&2; exit 130' INT TERM
compose_environment >"$COMPOSE_ENV"
profiles=(--profile "$profile")
wanted=()
if [ "$emulator" = no ]; then wanted+=(--scale emulator=0); fi
if [ "$own_dex" = no ]; then wanted+=(--scale dex=0); fi
[ "$profile" != dev ] || wanted=()

stop_others
say "Starting Reprise. The first time it is built, which takes a quarter of an hour or more."
compose "${profiles[@]}" up -d ${build[@]+"${build[@]}"} ${wanted[@]+"${wanted[@]}"} || {
  compose "${profiles[@]}" logs --tail=15 prepare >&2 || true
  die "Compose could not start it: see above. scripts/check-env.sh $profile looks for causes."
}
if [ "$profile" = dev ]; then services=(db dex-dev app-dev); else services=(db dex app proxy); fi
for service in "${services[@]}"; do
  if [ "$service" = dex ] && [ "$own_dex" = no ]; then continue; fi
  wait_for "$service"
done
say ""
say "  Reprise is at ${public_urls%% *}"
if [ -n "$static_hash" ] && [ "$own_dex" = yes ]; then say "  Log in as $dex_email with the password that scripts/setup-env.sh showed."; fi
if [ "$emulator" = yes ]; then say "  The emulator answers; with GEMINI_API_KEY in .env it is Gemini."; fi
say "  Stop it with scripts/stop-app.sh; nothing is lost by that."
