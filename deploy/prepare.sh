#!/bin/sh
# Makes from `.env` what each service reads: one folder for each, which only its account may read. Compose runs
# it as the service `prepare`, before the others; exit code 78 when something in `.env` is wrong.
# Its own variables are for tests, which run the services without containers.
set -eu
umask 077

PROJECT=${PREPARE_PROJECT:-/project}         # the clone
OUT=${PREPARE_OUT:-/out}                     # here go app, dex, proxy, database and tunnel
CONFIG=${PREPARE_CONFIG:-/config}            # where each service will find its folder; a %s is its name
OWNER=${PREPARE_OWNER-10001:10001}           # whose files they will be; empty: the caller's
DATA_DIR=${PREPARE_DATA_DIR:-/var/lib/reprise}
SOCKETS=${PREPARE_SOCKETS:-/run/postgresql}
APP_LISTEN=${PREPARE_APP_LISTEN:-0.0.0.0:8080}
OPS_LISTEN=${PREPARE_OPS_LISTEN:-localhost:9464}
APP_AT=${PREPARE_APP_AT:-app:8080}           # where nginx finds the others
DEX_AT=${PREPARE_DEX_AT:-}
EMULATOR_AT=${PREPARE_EMULATOR_AT:-}
RESOLVER_FILE=${PREPARE_RESOLVER_FILE:-/tmp/resolver.conf}

problems=0
problem() { printf 'prepare: %s\n' "$1" >&2; problems=$((problems + 1)); }
note() { printf 'prepare: note: %s\n' "$1" >&2; }

# shellcheck source=deploy/settings.sh
. "$PROJECT/deploy/settings.sh"

# config_of SERVICE: its folder as it will see it.
config_of() {
  case $CONFIG in
    *%s*) printf '%s%s%s\n' "${CONFIG%%%s*}" "$1" "${CONFIG#*%s}" ;;
    *) printf '%s\n' "$CONFIG" ;;
  esac
}

# put SERVICE NAME: standard input becomes a file, whole or not at all.
put() {
  mkdir -p "$OUT/$1"
  cat >"$OUT/$1/.new"
  mv -f "$OUT/$1/.new" "$OUT/$1/$2"
}

# absolute FILE: of a path in .env, relative to the clone.
absolute() { case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s/%s\n' "$PROJECT" "$1" ;; esac; }

# need_file NAME FILE
need_file() {
  file=$(absolute "$2")
  [ -s "$file" ] && [ -f "$file" ] && return
  problem "$1=$2 in .env names no file that has something in it. Paths are relative to the clone, and lie inside of it."
}

check_files() {
  if [ "$tls" = yes ]; then need_file TLS_CERTIFICATE "$tls_certificate"; need_file TLS_KEY "$tls_key"; fi
  [ -z "$connectors" ] || need_file DEX_CONNECTORS_FILE "$connectors"
  settings_file=$(setting SETTINGS_FILE)
  [ -z "$settings_file" ] || need_file SETTINGS_FILE "$settings_file"
}

# listed ITEM...: as a YAML list on one line.
listed() {
  list=''
  for item in "$@"; do list="$list${list:+, }\"$item\""; done
  printf '[%s]' "$list"
}

# split ',' TEXT: one item a line.
split() { printf '%s\n' "$2" | tr "$1" '\n'; }

prepare_oidc() {
  # shellcheck disable=SC2086 # a list of addresses
  printf 'public_url: %s\n' "$(listed $public_urls)"
  printf 'issuers:\n  - id: dex\n    name: "%s"\n    issuer: "%s"\n' "$issuer_name" "$issuer"
  [ -z "$reach_at" ] || printf '    reach_at: "%s"\n' "$reach_at"
  [ -z "$static_hash" ] || [ "$own_dex" = no ] || printf '    static_passwords: true\n'
  printf '    client_id: "%s"\n    client_secret_file: client-secret\n' "$client_id"
  if [ -n "$allow" ] && [ "$allow" != '*' ]; then
    # No word splitting on stars: they are part of the addresses.
    set -f
    # shellcheck disable=SC2046
    printf '    allow: {emails: %s}\n' "$(listed $(split , "$allow"))"
    set +f
  fi
  if [ -n "$first_admin" ]; then printf 'first_admin: {issuer: dex, email: "%s"}\n' "$first_admin"; fi
}

prepare_app() {
  issuer_name=Dex
  if [ "$own_dex" = no ]; then
    issuer_name=${issuer#*://}
    issuer_name=${issuer_name%%/*}
  elif [ -n "$static_hash" ] && [ -z "$first_admin" ]; then
    first_admin=$dex_email
  fi
  here=$(config_of app)
  prepare_oidc | put app oidc.yaml
  printf '%s\n' "$client_secret" | put app client-secret
  printf '%s\n' "$gemini_key" | put app gemini-key
  [ -n "$database_url" ] || database_url="postgres://reprise:$db_password@/reprise?host=$SOCKETS"
  printf '%s\n' "$database_url" | put app database-url
  {
    printf 'listen = %s\nops-listen = %s\ndata-dir = %s\n' "$APP_LISTEN" "$OPS_LISTEN" "$DATA_DIR"
    printf 'gemini-url = %s\noidc-file = %s/oidc.yaml\n' "$gemini_url" "$here"
    # Only containers of this stack reach the app; nginx says who asks.
    [ "$PROFILE" = dev ] || printf 'trusted-proxies = 127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16\n'
    [ -z "$bucket" ] || printf 'blob-store = gs://%s\n' "$bucket"
    [ -z "$settings_file" ] || cat "$(absolute "$settings_file")"
  } | put app reprise.conf
  rm -f "$OUT/app/.gcp-key.json"
  if [ -n "$bucket" ] && [ -s "$PROJECT/.gcp-key.json" ]; then put app .gcp-key.json <"$PROJECT/.gcp-key.json"; fi
  # An authority of one's own: the server asks Dex by its public name.
  if [ "$tls" = yes ]; then put app authorities.pem <"$(absolute "$tls_certificate")"; else put app authorities.pem </dev/null; fi
}

redirects() {
  list=''
  for url in $public_urls; do list="$list $url/api/auth/dex/callback"; done
  # shellcheck disable=SC2086
  listed $list
}

prepare_dex() {
  dex_listens=$DEX_PORT_DEFAULT
  [ "$PROFILE" != dev ] || dex_listens=$dex_port
  cat <<YAML
issuer: "$issuer"
storage: {type: postgres, config: {host: "$SOCKETS", database: dex, user: dex, password: "$dex_db_password", ssl: {mode: disable}}}
web: {http: "${PREPARE_DEX_LISTEN:-0.0.0.0:$dex_listens}"}
oauth2: {grantTypes: [authorization_code, refresh_token], responseTypes: [code], skipApprovalScreen: true}
expiry: {idTokens: 10m, authRequests: 10m}
staticClients:
  - {id: "$client_id", name: Reprise, secret: "$client_secret", redirectURIs: $(redirects)}
YAML
  if [ -n "$static_hash" ]; then
    cat <<YAML
enablePasswordDB: true
staticPasswords:
  - {email: "$dex_email", username: "${dex_email%%@*}", userID: "1", emailVerified: true, hash: '$static_hash'}
YAML
  fi
  [ -z "$connectors" ] || cat "$(absolute "$connectors")"
}

prepare_proxy() {
  set -- --host "$public_host" --port "$http_port" --app "$APP_AT" --resolver-file "$RESOLVER_FILE"
  [ "$own_dex" = no ] || set -- "$@" --dex "${DEX_AT:-dex:$DEX_PORT_DEFAULT}"
  [ "$emulator" = no ] || set -- "$@" --emulator "${EMULATOR_AT:-emulator:$EMULATOR_PORT_DEFAULT}"
  if [ "$tls" = yes ]; then
    put proxy tls.crt <"$(absolute "$tls_certificate")"
    put proxy tls.key <"$(absolute "$tls_key")"
    here=$(config_of proxy)
    set -- "$@" --certificate "$here/tls.crt" --key "$here/tls.key" --tls-port "$https_port"
  fi
  [ "$tls" != elsewhere ] || set -- "$@" --forwarded
  sh "$PROJECT/deploy/nginx/render.sh" "$@" | put proxy reprise.conf
}

prepare_tunnel() {
  put tunnel ngrok.yml <<YAML
version: "3"
agent:
  authtoken: "$(setting NGROK_AUTHTOKEN)"
  # Its inspection keeps whole requests, cookies included, and shows them on port 4040.
  web_addr: false
  inspect_db_size: -1
  console_ui: false
  remote_management: false
  update_check: false
  log: stdout
endpoints:
  - name: reprise
    url: "$public_urls"
    upstream: {url: "http://proxy:$http_port"}
YAML
}

env_file=$PROJECT/.env
if [ ! -f "$env_file" ]; then
  problem "there is no .env in the clone. Copy one of the templates (cp .env.main .env) and run scripts/setup-env.sh."
  exit 78
fi
derive "${APP_PROFILE:-proxy}" "$env_file"
reach_at=${PREPARE_REACH_AT-$reach_at}
check_files
if [ "$problems" -gt 0 ]; then exit 78; fi
prepare_app
if [ "$own_dex" = yes ]; then prepare_dex | put dex config.yaml; fi
if [ "$PROFILE" != dev ]; then prepare_proxy; fi
if [ "$PROFILE" = ngrok ]; then prepare_tunnel; fi
printf '%s\n' "$db_password" | put database reprise-password
printf '%s\n' "$dex_db_password" | put database dex-password
[ -z "$OWNER" ] || chown -R "$OWNER" "$OUT"/*
printf 'prepare: ready for %s\n' "$public_urls" >&2
