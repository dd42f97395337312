#!/usr/bin/env bash
# Runs a PostgreSQL for tests: on a unix socket in DIR, and as durable as a real one.
# postgres.sh start DIR [PORT]   makes the cluster if there is none; returns when it answers. With PORT it also listens
#                          on loopback, where it asks for passwords; its socket has that port, too
# postgres.sh stop DIR     stops it
# postgres.sh kill DIR     kills all its processes with kill -9
# postgres.sh freeze DIR   stops all its processes as they are, so that it neither answers nor refuses; thaw goes on
# postgres.sh pool DIR     starts PgBouncer in front of it, in transaction mode, on port 6432 of the same socket
# postgres.sh unpool DIR   kills that with kill -9
# postgres.sh remove DIR   stops both and removes DIR
# When called by root it runs as the user postgres, because PostgreSQL refuses root.
set -euo pipefail
command=$1 dir=$2
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed (Debian: postgresql-15)" >&2; exit 1; }
as=() owner=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  owner=(-o postgres -g postgres)
fi
# Its working folder must be one that the user postgres may enter.
control() { (cd / && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -s -w -t 180 "$@"); }

case $command in
  start)
    if [ ! -f "$dir/data/PG_VERSION" ]; then
      install -d -m 0700 "${owner[@]}" "$dir"
      (cd / && "${as[@]}" "$bin/initdb" -D "$dir/data" -U reprise -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
        --no-instructions >"$dir/initdb.log")
      cat >>"$dir/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 60
shared_buffers = 64MB
END
      if [ -n "${3:-}" ]; then
        printf "listen_addresses = 'localhost'\nport = %s\n" "$3" >>"$dir/data/postgresql.conf"
        sed -i 's/^\(host .*\)trust$/\1scram-sha-256/' "$dir/data/pg_hba.conf"
      fi
    fi
    control start
    ;;
  stop) control stop -m fast ;;
  kill | freeze)
    # The one that makes the others first: then no other comes, and who ends stays known until it goes on.
    main=$(head -n 1 "$dir/data/postmaster.pid")
    kill -STOP "$main"
    mapfile -t all < <(pgrep -P "$main")
    [ "$command" = freeze ] && signal=STOP || signal=KILL
    kill "-$signal" "${all[@]}" "$main"
    # What is left of them holds the shared memory, without which a new one does not start.
    [ "$command" = freeze ] || for one in "$main" "${all[@]}"; do while kill -0 "$one" 2>/dev/null; do sleep 0.02; done; done
    ;;
  thaw)
    main=$(head -n 1 "$dir/data/postmaster.pid")
    mapfile -t all < <(pgrep -P "$main")
    kill -CONT "${all[@]}" "$main"
    ;;
  pool)
    cat >"$dir/pool.ini" <<END
[databases]
* = host=$dir port=5432
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $dir
pidfile = $dir/pool.pid
logfile = $dir/pool.log
auth_type = trust
auth_file = $dir/pool.users
pool_mode = transaction
max_client_conn = 100
default_pool_size = 10
END
    echo '"reprise" ""' >"$dir/pool.users"
    chown --reference="$dir" "$dir/pool.ini" "$dir/pool.users"
    rm -f "$dir/pool.pid" "$dir/.s.PGSQL.6432" "$dir/.s.PGSQL.6432.lock"
    (cd / && "${as[@]}" /usr/sbin/pgbouncer -q -d "$dir/pool.ini")
    for _ in $(seq 100); do [ -S "$dir/.s.PGSQL.6432" ] && exit; sleep 0.05; done
    echo "PgBouncer does not answer: $dir/pool.log" >&2
    exit 1
    ;;
  unpool) kill -KILL "$(cat "$dir/pool.pid")" ;;
  remove)
    [ ! -f "$dir/pool.pid" ] || kill -KILL "$(cat "$dir/pool.pid")" 2>/dev/null || true
    control stop -m immediate || true
    rm -rf "$dir"
    ;;
  *) echo "postgres.sh start|stop|kill|freeze|thaw|pool|unpool|remove DIR" >&2; exit 2 ;;
esac
