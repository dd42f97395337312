# shellcheck shell=sh disable=SC2034 # the scripts that read this file use its variables
# Reads `.env` and derives from it how Reprise is run. Sourced by scripts/*.sh on the host (bash) and by
# prepare.sh in a container (sh), so that both say the same. POSIX sh; no output but by `problem` and
# `note`, which the caller defines: a sentence that says what is wrong and how to mend it.

DEX_PORT_DEFAULT=5556
EMULATOR_PORT_DEFAULT=8081
GOOGLE_URL=https://generativelanguage.googleapis.com
SECRET_LETTERS_LEAST=16

# env_value FILE NAME: the value of NAME in a file of NAME=value lines, as Compose would read it: the
# last line counts; `export`, blanks around, quotes, comments and CRLF are taken off.
env_value() {
  awk -v name="$2" '
    { sub(/\r$/, ""); sub(/^\357\273\277/, "") }
    /^[ \t]*(#|$)/ { next }
    {
      line = $0
      sub(/^[ \t]*(export[ \t]+)?/, "", line)
      at = index(line, "=")
      if (at == 0) next
      key = substr(line, 1, at - 1)
      gsub(/[ \t]+$/, "", key)
      if (key != name) next
      value = substr(line, at + 1)
      gsub(/^[ \t]+/, "", value)
      first = substr(value, 1, 1)
      if (first == "\"" || first == "\047") {
        value = substr(value, 2)
        at = index(value, first)
        if (at > 0) value = substr(value, 1, at - 1)
      } else {
        sub(/(^|[ \t]+)#.*$/, "", value)
        gsub(/[ \t]+$/, "", value)
      }
      found = value
    }
    END { print found }' "$1"
}

setting() { env_value "$ENV_FILE" "$1"; }

# What .env may hold (docs/docker-profiles.md says what each is for).
SETTINGS='GEMINI_API_KEY REACT_APP_GEMINI_API_KEY GEMINI_URL PUBLIC_URL TLS_CERTIFICATE TLS_KEY BIND_ADDRESS HTTP_PORT HTTPS_PORT APP_PORT WEB_PORT DEX_PORT
DB_PORT EMULATOR_PORT OAUTH_ISSUER OAUTH_CLIENT_ID OAUTH_CLIENT_SECRET DEX_EMAIL DEX_PASSWORD_HASH DEX_CONNECTORS_FILE ALLOW_EMAILS FIRST_ADMIN DATABASE_URL
DB_PASSWORD DEX_DB_PASSWORD GCS_BUCKET_NAME NGROK_AUTHTOKEN NGROK_DOMAIN SECRET_KEY BACKUP_DIR SETTINGS_FILE BASE_IMAGE BINARIES REPRISE_TAG NGROK_IMAGE'

# unknown_settings FILE: the other names in it, which nothing reads; mostly a slip of the pen.
unknown_settings() {
  awk -v known="$SETTINGS" '
    BEGIN { count = split(known, names, /[ \n]+/); for (i = 1; i <= count; i++) is_known[names[i]] = 1 }
    { sub(/\r$/, ""); sub(/^\357\273\277/, "") }
    /^[ \t]*(#|$)/ { next }
    {
      sub(/^[ \t]*(export[ \t]+)?/, "")
      sub(/[ \t]*(=.*)?$/, "")
      if (!($0 in is_known) && !seen[$0]++) print
    }' "$1"
}

# is_own_name HOST: whether only this machine has the name.
is_own_name() {
  case $1 in
    localhost | *.localhost | 127.* | '[::1]') return 0 ;;
  esac
  return 1
}

is_port() {
  case $1 in '' | *[!0-9]* | 0* | ??????*) return 1 ;; esac
  [ "$1" -le 65535 ]
}

# is_address TEXT: four numbers from 0 to 255.
is_address() {
  printf '%s\n' "$1" | awk -F . 'NF != 4 { exit 1 } { for (i = 1; i <= 4; i++) if ($i !~ /^[0-9]+$/ || $i > 255) exit 1 }'
}

# different NAME PORT...: no two of them are the same.
different() {
  taken=' ' taken_by=''
  while [ $# -gt 0 ]; do
    case $taken in *" $2 "*) problem "$1=$2 in .env is the port of something else, too. Give each its own: $taken_by $1." ;; esac
    taken="$taken$2 " taken_by="$taken_by $1"
    shift 2
  done
}

# is_plain TEXT: letters that need no quoting in YAML, in nginx's files and in URLs.
is_plain() {
  case $1 in *[!A-Za-z0-9._~+/@%=,:*-]*) return 1 ;; esac
  return 0
}

# read_port NAME DEFAULT: sets `port`.
read_port() {
  port=$(setting "$1")
  [ -n "$port" ] || port=$2
  is_port "$port" || {
    problem "$1=$port in .env is no port. Write a number from 1 to 65535, or leave it empty for $2."
    port=$2
  }
}

# read_public_url URL: sets url_scheme, url_host, url_port; fails with a sentence.
read_public_url() {
  rest=$1
  case $rest in
    http://*) url_scheme=http url_port=80 rest=${rest#http://} ;;
    https://*) url_scheme=https url_port=443 rest=${rest#https://} ;;
    *) problem "PUBLIC_URL=$1 must begin with http:// or https://."; return 1 ;;
  esac
  rest=${rest%/}
  case $rest in
    */*)
      problem "PUBLIC_URL=$1 has a path. Reprise runs at the root of a host name only; give it a name of its own, such as reprise.${rest%%/*}."
      return 1 ;;
  esac
  url_host=${rest%:*}
  case $rest in *:*) url_port=${rest##*:} ;; esac
  case $url_host in
    '' | *[!A-Za-z0-9.-]*) problem "PUBLIC_URL=$1 names no host that is made of letters, digits, dots and dashes."; return 1 ;;
  esac
  is_port "$url_port" || { problem "PUBLIC_URL=$1 has a port that is no number from 1 to 65535."; return 1; }
  if [ "$url_scheme" = http ] && ! is_own_name "$url_host"; then
    problem "PUBLIC_URL=$1 must be https: over plain http browsers give no microphone and keep no login. Name a certificate in TLS_CERTIFICATE and TLS_KEY."
    return 1
  fi
}

# What the profiles differ in: public_urls (the usual one first), issuer, reach_at, emulator_url.
derive_addresses() {
  read_port HTTP_PORT 80; http_port=$port
  read_port HTTPS_PORT 443; https_port=$port
  read_port APP_PORT 8080; app_port=$port
  read_port WEB_PORT 3000; web_port=$port
  read_port DEX_PORT $DEX_PORT_DEFAULT; dex_port=$port
  read_port DB_PORT 5432; db_port=$port
  read_port EMULATOR_PORT $EMULATOR_PORT_DEFAULT; emulator_port=$port
  tls_certificate=$(setting TLS_CERTIFICATE)
  tls_key=$(setting TLS_KEY)
  bind_address=$(setting BIND_ADDRESS)
  [ -n "$bind_address" ] || bind_address=127.0.0.1
  is_address "$bind_address" || problem "BIND_ADDRESS=$bind_address in .env is no IPv4 address of this machine. Write 127.0.0.1 for this machine alone, or 0.0.0.0 for all others."
  case $PROFILE in
    dev)
      different APP_PORT "$app_port" WEB_PORT "$web_port" DEX_PORT "$dex_port" DB_PORT "$db_port" EMULATOR_PORT "$emulator_port"
      public_host=localhost tls=no
      public_urls="http://localhost:$app_port http://localhost:$web_port"
      issuer=http://auth.localhost:$dex_port/dex reach_at=dex:$dex_port
      emulator_url=http://emulator.localhost:$emulator_port ;;
    proxy) derive_proxy ;;
    ngrok)
      domain=$(setting NGROK_DOMAIN)
      domain=${domain#https://}
      [ -n "$domain" ] || problem "NGROK_DOMAIN is not set in .env. Write the name that ngrok gave you, such as reprise.ngrok.app."
      [ -n "$(setting NGROK_AUTHTOKEN)" ] || problem "NGROK_AUTHTOKEN is not set in .env. It stands in ngrok's dashboard under Your Authtoken."
      is_plain "$(setting NGROK_AUTHTOKEN)" || problem "NGROK_AUTHTOKEN in .env has a letter that no token has."
      read_public_url "https://${domain:-missing.invalid}" || true
      tls=elsewhere public_host=${url_host:-missing.invalid}
      public_urls=https://$public_host
      issuer=$public_urls/dex reach_at='' emulator_url=$public_urls/emulator ;;
    *) problem "There is no profile $PROFILE; the profiles are proxy, dev and ngrok." ;;
  esac
}

derive_proxy() {
  url=$(setting PUBLIC_URL)
  if [ -z "$url" ]; then
    url=http://auth.localhost
    [ "$http_port" = 80 ] || url=$url:$http_port
  fi
  public_host=auth.localhost tls=no public_urls=http://auth.localhost issuer='' reach_at='' emulator_url=''
  read_public_url "$url" || return 0
  public_host=$url_host
  inner=$http_port
  if [ "$url_scheme" = https ]; then
    tls=yes inner=$https_port
    different HTTP_PORT "$http_port" HTTPS_PORT "$https_port"
    [ -n "$tls_certificate" ] || tls_key=''
    [ -n "$tls_key" ] ||
      problem "PUBLIC_URL=$url needs TLS_CERTIFICATE and TLS_KEY: the files of a certificate for $url_host and its key."
  fi
  # The issuer's name is the same for browsers and for the server, port included.
  [ "$url_port" = "$inner" ] ||
    problem "PUBLIC_URL=$url has port $url_port, but nginx listens on $inner. Make both the same (HTTP_PORT, HTTPS_PORT)."
  public_urls=$url_scheme://$url_host
  case $url_scheme$url_port in http80 | https443) ;; *) public_urls=$public_urls:$url_port ;; esac
  issuer=$public_urls/dex reach_at=proxy:$inner emulator_url=$public_urls/emulator
}

# Who lets people in: client_id, client_secret, own_dex (yes or no), static_hash, connectors, allow, first_admin.
derive_login() {
  client_id=$(setting OAUTH_CLIENT_ID)
  [ -n "$client_id" ] || client_id=reprise
  client_secret=$(setting OAUTH_CLIENT_SECRET)
  dex_db_password=$(setting DEX_DB_PASSWORD)
  static_hash=$(setting DEX_PASSWORD_HASH)
  dex_email=$(setting DEX_EMAIL)
  [ -n "$dex_email" ] || dex_email=dev@example.test
  connectors=$(setting DEX_CONNECTORS_FILE)
  allow=$(setting ALLOW_EMAILS)
  first_admin=$(setting FIRST_ADMIN)
  own_dex=yes
  given=$(setting OAUTH_ISSUER)
  given_host=${given#*://}
  given_host=${given_host%%/*}
  if [ -n "$given" ] && is_own_name "${given_host%:*}"; then
    [ "${given%/}" = "$issuer" ] || note "OAUTH_ISSUER=$given is on this machine, so the Dex of this stack is meant: $issuer."
  elif [ -n "$given" ] && [ "${given%/}" != "$issuer" ]; then
    own_dex=no issuer=$given reach_at=''
    case $issuer in https://*) ;; *) problem "OAUTH_ISSUER=$issuer must be https://…, or empty for the Dex of this stack." ;; esac
  fi
  check_client
  if [ "$own_dex" = yes ]; then check_dex; fi
  for text in "$client_id" "$dex_email" "$allow" "$first_admin" "$issuer"; do
    is_plain "$text" || problem "\"$text\" in .env has a letter that no address and no name of a client needs."
  done
}

check_client() {
  if [ -z "$client_secret" ]; then
    # Dex starts with an empty secret without a word; then anybody who names the client gets its tokens.
    problem "OAUTH_CLIENT_SECRET is empty in .env. Run scripts/setup-env.sh, which makes one."
  elif [ "$own_dex" = yes ] && [ ${#client_secret} -lt $SECRET_LETTERS_LEAST ]; then
    problem "OAUTH_CLIENT_SECRET in .env is shorter than $SECRET_LETTERS_LEAST letters. Empty it and run scripts/setup-env.sh, which makes one."
  fi
  case $client_secret in *'*'*) false ;; *) is_plain "$client_secret" ;; esac ||
    problem "OAUTH_CLIENT_SECRET in .env may have letters, digits and . _ ~ + / @ % = , : - only."
  if [ "$own_dex" = no ] && [ -z "$allow" ]; then
    problem "ALLOW_EMAILS is empty in .env: everybody whom $issuer knows could come in. Write for example ALLOW_EMAILS=*@example.org,ada@example.com, or ALLOW_EMAILS=* for everybody."
  fi
}

check_dex() {
  [ -n "$dex_db_password" ] || problem "DEX_DB_PASSWORD is empty in .env. Run scripts/setup-env.sh, which makes one."
  if [ -n "$static_hash" ]; then
    is_own_name "$public_host" ||
      problem "DEX_PASSWORD_HASH is a password that stands in a file, and $public_host is a name that others reach. Empty it, and name connectors in DEX_CONNECTORS_FILE or an issuer in OAUTH_ISSUER."
    # shellcheck disable=SC2016 # these are dollars
    case ${#static_hash}:$static_hash in
      60:'$2'[aby]'$1'[0-9]'$'*) ;;
      *) problem "DEX_PASSWORD_HASH in .env is no bcrypt hash with a cost of 10 to 19, which Dex needs; it stands between single quotes. Empty it and run scripts/setup-env.sh, which makes a password and its hash." ;;
    esac
  elif [ -z "$connectors" ]; then
    problem "Nobody could log in: DEX_PASSWORD_HASH, DEX_CONNECTORS_FILE and OAUTH_ISSUER are all empty in .env. On this machine alone run scripts/setup-env.sh, which makes a password."
  fi
  [ -z "$connectors" ] || [ -n "$allow" ] ||
    problem "ALLOW_EMAILS is empty in .env: everybody whom the connectors know could come in. Write for example ALLOW_EMAILS=*@example.org, or ALLOW_EMAILS=* for everybody."
}

# What talks, and where things are kept: gemini_url, gemini_key, bucket, database_url.
derive_services() {
  gemini_key=$(setting GEMINI_API_KEY)
  old_key=$(setting REACT_APP_GEMINI_API_KEY)
  if [ -n "$old_key" ]; then
    note "REACT_APP_GEMINI_API_KEY is a name of earlier times. The key is used, but it no longer reaches the browser; call it GEMINI_API_KEY."
    [ -n "$gemini_key" ] || gemini_key=$old_key
  fi
  gemini_url=$(setting GEMINI_URL)
  emulator=no
  if [ -z "$gemini_key" ] && [ -z "$gemini_url" ]; then
    note "GEMINI_API_KEY is empty: the emulator answers instead of Google."
    gemini_url=$emulator_url gemini_key='emulator-key' emulator=yes
  fi
  [ -n "$gemini_key" ] || gemini_key='emulator-key'
  [ -n "$gemini_url" ] || gemini_url=$GOOGLE_URL
  is_plain "$gemini_key" || problem "GEMINI_API_KEY in .env has a letter that no key has."
  is_plain "$gemini_url" || problem "GEMINI_URL in .env has a letter that no address has."
  bucket=$(setting GCS_BUCKET_NAME)
  bucket=${bucket#gs://}
  is_plain "$bucket" || problem "GCS_BUCKET_NAME in .env has a letter that no bucket has."
  [ -z "$(setting SECRET_KEY)" ] ||
    note "SECRET_KEY is not used: sessions are random numbers whose hashes lie in the database, and nothing is signed with a key of ours."
  db_password=$(setting DB_PASSWORD)
  database_url=$(setting DATABASE_URL)
  case $database_url in
    '') ;;
    postgres://* | postgresql://*) ;;
    *)
      note "DATABASE_URL does not name PostgreSQL and is not used; the database of this stack is."
      database_url='' ;;
  esac
  [ -n "$db_password" ] || problem "DB_PASSWORD is empty in .env. Run scripts/setup-env.sh, which makes one."
  for text in "$db_password" "$dex_db_password"; do
    case $text in
      *[!A-Za-z0-9]*) problem "DB_PASSWORD and DEX_DB_PASSWORD in .env may have letters and digits only, since they stand in URLs." ;;
    esac
  done
}

# derive PROFILE ENV_FILE: all of it.
derive() {
  PROFILE=$1 ENV_FILE=$2
  derive_addresses
  derive_login
  derive_services
}
