#!/usr/bin/env bash
# Saves everything that Reprise keeps into a folder, encrypted, while it runs; verifies it; restores it into an empty stack.
set -euo pipefail
umask 077
# shellcheck source=scripts/compose.sh
. "$(dirname "${BASH_SOURCE[0]}")/compose.sh"

KEY_FILE=$ROOT/.backup-key
KEY_BYTES=32
DATABASE_SECONDS=180

usage() { die "scripts/backup-app.sh [--verify | --restore [TIME]]
  (nothing)  one more backup into BACKUP_DIR of .env, while Reprise runs or not
  --verify   opens everything that the newest backup holds
  --restore  of the newest, or of a TIME that BACKUP_DIR/snapshots shows, into a stack that keeps nothing yet"; }

# make_key: whoever has it reads every backup; without it nobody does.
make_key() {
  if [ -s "$KEY_FILE" ]; then
    case $(stat -c %a "$KEY_FILE" 2>/dev/null || stat -f %Lp "$KEY_FILE") in
      *00) return ;;
      *) die ".backup-key opens every backup and others may read it: chmod 600 .backup-key" ;;
    esac
  fi
  [ "$work" = backup ] || die "There is no .backup-key. Put the key with which the backup was made there (chmod 600 .backup-key)."
  od -An -v -tx1 -N $KEY_BYTES /dev/urandom | tr -d ' \n' >"$KEY_FILE"
  say "A key was made: .backup-key. Keep a copy of it in another place than the backups: without it nobody reads them."
}

# once SERVICE WORD...: a container that runs to its end.
once() { compose --profile "$profile" --profile backup run --rm --no-deps -T "$@"; }

# running_profile: that of the stack as it runs; proxy when none does.
running_profile() { if is_running app-dev; then echo dev; else echo proxy; fi; }

start_database() {
  local until=$((SECONDS + DATABASE_SECONDS))
  compose --profile "$profile" up -d db >/dev/null
  until compose --profile "$profile" exec -T db pg_isready -q -h /run/postgresql -U reprise 2>/dev/null; do
    [ $SECONDS -lt $until ] || die "The database is not ready after $DATABASE_SECONDS s: scripts/stop-app.sh, then scripts/start-app.sh shows why."
    sleep 1
  done
}

work=backup snapshot=()
case ${1:-} in
  '') ;;
  --verify) work=verify ;;
  --restore) work=restore ;;
  *) usage ;;
esac
if [ $# -eq 2 ] && [ $work = restore ]; then snapshot=(--snapshot "$2"); elif [ $# -gt 1 ]; then usage; fi
[ -f "$ENV_FILE" ] || die "There is no .env, so there is nothing to back up. scripts/setup-env.sh makes one."
find_compose || die "Nothing was done: see above."
folder=$(setting BACKUP_DIR)
case ${folder:=backup} in /*) ;; *) folder=$ROOT/$folder ;; esac
[ $work = backup ] || [ -d "$folder" ] || die "$folder is not there. BACKUP_DIR in .env names the folder of the backups."
make_key
mkdir -p "$folder" || die "BACKUP_DIR=$folder in .env cannot be made: see above."
profile=$(running_profile)
if [ $work = restore ] && { is_running app || is_running app-dev; }; then
  die "Reprise runs. A restore needs a stack that keeps nothing: scripts/stop-app.sh --erase removes what it keeps."
fi
COMPOSE_ENV=$(mktemp)
trap 'rm -f "$COMPOSE_ENV"' EXIT
{
  printf 'APP_PROFILE=%s\nBACKUP_DIR=%s\n' "$profile" "$folder"
  for name in BASE_IMAGE BINARIES REPRISE_TAG; do
    value=$(setting $name)
    [ -z "$value" ] || printf '%s=%s\n' "$name" "$value"
  done
} >"$COMPOSE_ENV"
is_running db || start_database
# The service runs as the account of the server, which reads the key and writes the folder.
once -v "$folder:/backup" prepare sh -c 'umask 077 && cp /project/.backup-key /out/app/backup-key && chown 10001:10001 /out/app/backup-key /backup'
bucket=$(setting GCS_BUCKET_NAME)
bucket=${bucket#gs://}
case $work in
  backup) once backup backup --to /backup --data-dir /var/lib/reprise ${bucket:+--blob-store "gs://$bucket"} ;;
  verify) once backup verify backup --from /backup ;;
  restore) once backup restore --from /backup --data-dir /var/lib/reprise ${snapshot[@]+"${snapshot[@]}"} ;;
esac
[ $work != restore ] || say "Next: scripts/start-app.sh"
