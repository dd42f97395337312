#!/usr/bin/env bash
# Makes .env complete: takes what stands in .secrets, asks for what only you know, and generates the rest.
# Run it as often as you like: what has a value stays as it is.
set -euo pipefail
umask 077
# shellcheck source=scripts/compose.sh
. "$(dirname "${BASH_SOURCE[0]}")/compose.sh"

SECRETS_FILE=$ROOT/.secrets
# What .secrets may hold (NAME=value, one a line). DEX_PASSWORD is hashed; the others go into .env.
KNOWN=(GEMINI_API_KEY REACT_APP_GEMINI_API_KEY GCS_BUCKET_NAME SECRET_KEY DATABASE_URL OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET
  OAUTH_ISSUER NGROK_AUTHTOKEN NGROK_DOMAIN PUBLIC_URL DB_PASSWORD DEX_DB_PASSWORD DEX_EMAIL DEX_PASSWORD_HASH ALLOW_EMAILS FIRST_ADMIN)
BCRYPT_COST=10

usage() { die "scripts/setup-env.sh [main|nginx|network]
  main     the template .env.main: this machine (the default)
  nginx    .env.nginx: this machine, behind nginx on a port of your choice
  network  .env.network: other machines in the network, with a name, TLS and a login of your own
A template is taken only when there is no .env."; }

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# bcrypt_by PROGRAM SALT: a password on standard input.
# shellcheck disable=SC2016 # Perl's variables
bcrypt_by() {
  case $1 in
    htpasswd) htpasswd -niBC $BCRYPT_COST x | cut -d: -f2 ;;
    mkpasswd) mkpasswd -m bcrypt -R $BCRYPT_COST -s ;;
    perl) SALT=$2 perl -e 'my $p = <STDIN>; chomp $p; print crypt($p, $ENV{SALT})' ;;
    python3) COST=$BCRYPT_COST python3 -c 'import os, sys, bcrypt
print(bcrypt.hashpw(sys.stdin.readline().rstrip("\n").encode(), bcrypt.gensalt(int(os.environ["COST"]))).decode())' ;;
  esac
}

# bcrypt: a password on standard input becomes its hash; fails when nothing here can do it.
bcrypt() {
  local password salt hash
  IFS= read -r password
  # 22 letters of bcrypt's alphabet; the last one holds two bits only.
  salt=$(head -c 400 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9./' | cut -c 1-21)O
  for way in htpasswd mkpasswd perl python3; do
    has $way || continue
    hash=$(printf '%s\n' "$password" | bcrypt_by $way "\$2b\$$BCRYPT_COST\$$salt" 2>/dev/null | head -n 1) || true
    if [[ ${#hash} -eq 60 && $hash == \$2[aby]\$1[0-9]\$* ]]; then
      printf '%s\n' "$hash"
      return
    fi
  done
  return 1
}

WORK=   # the new .env, until it takes the place of the old one
CHANGED=0
# put NAME VALUE: the value goes to where the name stands, or to the end.
put() {
  NAME=$1 VALUE=$2 awk '
    BEGIN { name = ENVIRON["NAME"]; value = ENVIRON["VALUE"] }
    {
      key = $0
      sub(/^[ \t]*(export[ \t]+)?/, "", key)
      sub(/[ \t]*=.*$/, "", key)
      if (key == name && index($0, "=") > 0 && $0 !~ /^[ \t]*#/) {
        if (done) next
        $0 = name "=" value
        done = 1
      }
      print
    }
    END { if (!done) print name "=" value }' "$WORK" >"$WORK.next"
  mv -f "$WORK.next" "$WORK"
  CHANGED=$((CHANGED + 1))
}
value_of() { env_value "$WORK" "$1"; }

begin() {
  local template=$ROOT/.env.$1
  WORK=$(mktemp "$ROOT/.env.new.XXXXXX")
  trap 'rm -f "$WORK" "$WORK.next"' EXIT
  trap 'printf "\nInterrupted: .env is as it was.\n" >&2; exit 130' INT TERM HUP
  if [ -f "$ENV_FILE" ]; then
    if grep -q $'\r' "$ENV_FILE"; then
      note ".env had the line ends of Windows; they are taken off."
      CHANGED=1
    fi
    tr -d '\r' <"$ENV_FILE" >"$WORK"
    [ -s "$WORK" ] || { note ".env is empty; $(basename "$template") takes its place."; cp "$template" "$WORK"; CHANGED=1; }
  else
    say "There is no .env yet: it begins as $(basename "$template")."
    cp "$template" "$WORK"
    CHANGED=1
  fi
}

take_secrets() {
  local name value
  [ -f "$SECRETS_FILE" ] || return 0
  chmod 600 "$SECRETS_FILE"
  for name in "${KNOWN[@]}"; do
    value=$(env_value "$SECRETS_FILE" "$name")
    if [ -n "$value" ] && [ -z "$(value_of "$name")" ]; then
      put "$name" "'$value'"
      say "$name: taken from .secrets."
    fi
  done
}

ask_key() {
  local key
  if [ -n "$(value_of GEMINI_API_KEY)$(value_of REACT_APP_GEMINI_API_KEY)" ]; then return; fi
  if [ ! -t 0 ]; then
    note "GEMINI_API_KEY is empty: the emulator will answer. A key comes from https://aistudio.google.com/apikey."
    return
  fi
  say "A key for Gemini comes from https://aistudio.google.com/apikey. Without one an emulator on this machine answers."
  read -r -s -p "GEMINI_API_KEY (it is not shown; Enter for none): " key
  printf '\n'
  [ -z "$key" ] || put GEMINI_API_KEY "'$key'"
}

generate() {
  local name
  for name in DB_PASSWORD DEX_DB_PASSWORD; do
    [ -n "$(value_of $name)" ] || { put $name "$(random_hex 24)"; say "$name: generated."; }
  done
  if [ -n "$(value_of OAUTH_CLIENT_SECRET)" ]; then return; fi
  if [ -n "$(value_of OAUTH_ISSUER)" ]; then
    note "OAUTH_CLIENT_SECRET is empty: $(value_of OAUTH_ISSUER) gave it to you when you registered Reprise there."
  else
    put OAUTH_CLIENT_SECRET "$(random_hex 32)"
    say "OAUTH_CLIENT_SECRET: generated."
  fi
}

# account: a password for the Dex of this stack, where nobody else reaches it.
account() {
  local password hash host
  if [ -n "$(value_of DEX_PASSWORD_HASH)$(value_of OAUTH_ISSUER)$(value_of DEX_CONNECTORS_FILE)" ]; then return; fi
  host=$(value_of PUBLIC_URL)
  host=${host#*://}
  host=${host%%/*}
  host=${host%:*}
  if [ -n "$host" ] && ! is_own_name "$host"; then
    note "Others reach $host, so nobody can log in by a password that stands in a file. Set OAUTH_ISSUER, or DEX_CONNECTORS_FILE (deploy/dex/connectors.example.yaml), and ALLOW_EMAILS in .env."
    return
  fi
  password=$(if [ -f "$SECRETS_FILE" ]; then env_value "$SECRETS_FILE" DEX_PASSWORD; fi)
  local made=$password
  [ -n "$password" ] || password=$(random_hex 8)
  hash=$(printf '%s\n' "$password" | bcrypt) || {
    note "Nothing here makes bcrypt hashes. Install one of htpasswd (apt-get install apache2-utils) and mkpasswd (whois), and run this again."
    return
  }
  put DEX_PASSWORD_HASH "'$hash'"
  if [ -n "$made" ]; then
    say "DEX_PASSWORD_HASH: made from DEX_PASSWORD in .secrets."
  else
    say ""
    say "  Log in as $(value_of DEX_EMAIL) with the password  $password"
    say "  It is shown this once. For another one empty DEX_PASSWORD_HASH in .env and run this again."
    say ""
  fi
}

template=${1:-main}
case $template in main | nginx | network) ;; *) usage ;; esac
[ $# -le 1 ] || usage
begin "$template"
take_secrets
ask_key
generate
account
if [ "$CHANGED" -gt 0 ]; then
  mv -f "$WORK" "$ENV_FILE"
  say ".env is written; only you may read it."
else
  chmod 600 "$ENV_FILE"
  say ".env was complete; nothing is changed."
fi
say "Next: scripts/start-app.sh"
