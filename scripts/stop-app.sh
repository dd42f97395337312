#!/usr/bin/env bash
# Stops Reprise, whatever profile it was started with. Chats and recordings stay; --erase removes them, after a question.
set -euo pipefail
# shellcheck source=scripts/compose.sh
. "$(dirname "${BASH_SOURCE[0]}")/compose.sh"

usage() { die "scripts/stop-app.sh [--erase [--yes]]"; }

erase=0 sure=0
for word in "$@"; do
  case $word in
    --erase) erase=1 ;;
    --yes) sure=1 ;;
    *) usage ;;
  esac
done
find_compose || die "Nothing was stopped: see above."
if [ $erase = 1 ] && [ $sure = 0 ]; then
  [ -t 0 ] || die "--erase removes every chat, recording and account of this stack, and asks first. Without a terminal say --yes too."
  read -r -p "This removes every chat, recording and account of this stack for good. Type erase to go on: " answer
  [ "$answer" = erase ] || die "Nothing was stopped or removed."
fi
remove=()
[ $erase = 0 ] || remove=(--volumes)
compose --profile proxy --profile dev --profile ngrok down --remove-orphans ${remove[@]+"${remove[@]}"}
if [ $erase = 1 ]; then
  say "Reprise is stopped, and everything that it kept is removed."
else
  say "Reprise is stopped. What it keeps lies in volumes: scripts/start-app.sh goes on with it."
fi
