# shellcheck shell=bash
# Sourced by the scripts beside it: messages, the clone's folder, and Compose with whatever engine there is.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ENV_FILE=$ROOT/.env
PROFILES=(proxy dev ngrok)
# What docker-compose.yml takes from its environment.
# What stands in the shell is not used: .env alone counts, so that every start means the same.
COMPOSE_NAMES=(APP_PROFILE SETTINGS_HASH BASE_IMAGE BINARIES REPRISE_TAG NGROK_IMAGE PUBLIC_HOST BIND_ADDRESS TLS_PUBLISHED
  HTTP_PORT HTTPS_PORT APP_PORT WEB_PORT DEX_PORT DB_PORT EMULATOR_PORT BACKUP_DIR COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME)

PROBLEMS=0
problem() { printf '  wrong: %s\n' "$1" >&2; PROBLEMS=$((PROBLEMS + 1)); }
note() { printf '  note: %s\n' "$1" >&2; }
say() { printf '%s\n' "$1"; }
die() { printf '%s\n' "$1" >&2; exit 1; }

# shellcheck source=deploy/settings.sh
. "$ROOT/deploy/settings.sh"

is_profile() {
  local one
  for one in "${PROFILES[@]}"; do [ "$one" != "$1" ] || return 0; done
  return 1
}

has() { command -v "$1" >/dev/null 2>&1; }

COMPOSE=()   # the command, once find_compose has found it
# find_compose: docker compose, docker-compose, or either over podman; fails with a sentence.
find_compose() {
  if has docker && docker info >/dev/null 2>&1; then
    if docker compose version >/dev/null 2>&1; then COMPOSE=(docker compose); return; fi
    if has docker-compose; then COMPOSE=(docker-compose); return; fi
    problem "Docker has no Compose. Install it: apt-get install docker-compose-plugin, or docker-compose, or as docs.docker.com/compose/install says."
    return 1
  fi
  if [ -n "${DOCKER_HOST:-}" ] && has docker-compose; then find_host; return; fi
  if has podman; then find_podman; return; fi
  if has docker; then
    problem "Docker is installed but does not answer. Start it (sudo systemctl start docker, or Docker Desktop), and see that you may use it (sudo usermod -aG docker $(id -un), then log in anew)."
  else
    problem "There is neither Docker nor Podman. Install Docker as docs.docker.com/engine/install says. Without containers, ./dev run starts Reprise on Debian 12."
  fi
  return 1
}

# find_host: Compose on the engine that DOCKER_HOST names.
find_host() {
  COMPOSE=(docker-compose)
  compose ps -q >/dev/null 2>&1 && return
  COMPOSE=()
  problem "DOCKER_HOST is $DOCKER_HOST, and no engine answers there. Start it, or unset DOCKER_HOST to use the one of this machine."
  return 1
}

# find_podman: Podman's engine, with docker-compose or with Docker's command, whose own engine does not answer.
find_podman() {
  local socket command=(docker-compose)
  if ! has docker-compose; then
    command=(docker compose)
    { has docker && docker compose version >/dev/null 2>&1; } || {
      problem "Podman needs Compose beside it (podman-compose knows no profiles). Install it: apt-get install docker-compose."
      return 1
    }
  fi
  socket=$(podman info --format '{{.Host.RemoteSocket.Path}}' 2>/dev/null) || socket=
  socket=${socket#unix://}
  [ -S "$socket" ] || {
    problem "Podman's socket is not there. Start it: systemctl --user enable --now podman.socket (as root without --user)."
    return 1
  }
  export DOCKER_HOST=unix://$socket
  COMPOSE=("${command[@]}")
}

COMPOSE_ENV=$ROOT/deploy/defaults.env   # the variables of docker-compose.yml; start-app.sh makes a file of its own
compose() {
  local unset=() name
  for name in "${COMPOSE_NAMES[@]}"; do unset+=(-u "$name"); done
  env "${unset[@]}" "${COMPOSE[@]}" -f "$ROOT/deploy/docker-compose.yml" --project-directory "$ROOT/deploy" \
    --env-file "$COMPOSE_ENV" -p reprise "$@"
}

# services_of PROFILE: those that only this profile has.
services_of() {
  case $1 in
    dev) echo app-dev dex-dev emulator-dev db-port ;;
    *) echo app dex emulator proxy ngrok ;;
  esac
}

# is_running SERVICE: whether there is a container of it that runs.
is_running() { [ -n "$(compose --profile proxy --profile dev --profile ngrok ps -q "$1" 2>/dev/null)" ]; }
