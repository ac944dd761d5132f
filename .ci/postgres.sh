#!/usr/bin/env bash
# A private PostgreSQL for one run of the tests, on loopback, in a directory that is thrown away afterwards.
#   .ci/postgres.sh start DIR   makes and starts it in the empty directory DIR and prints its URL
#   .ci/postgres.sh stop DIR
set -euo pipefail
command=$1 directory=$2
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort --version-sort | tail -n 1)

# PostgreSQL refuses to run as root.
as_owner() {
  if [[ $(id -u) == 0 ]]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

cd /
case $command in
  start)
    if [[ $(id -u) == 0 ]]; then
      chown postgres "$directory"
    fi
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    as_owner "$bin/initdb" --pgdata "$directory/data" --username sandbank --auth trust --encoding UTF8 \
      --locale C.UTF-8 --no-sync >/dev/null
    # Nothing here outlives the run, so nothing needs to reach the disk.
    settings=(
      listen_addresses=127.0.0.1 "port=$port" "unix_socket_directories=''" max_connections=200
      fsync=off synchronous_commit=off full_page_writes=off
    )
    as_owner "$bin/pg_ctl" --pgdata "$directory/data" --log "$directory/log" --wait --silent \
      --options "${settings[*]/#/-c }" start >&2 || { cat "$directory/log" >&2; exit 1; }
    as_owner "$bin/createdb" --host 127.0.0.1 --port "$port" --username sandbank sandbank
    echo "postgresql://sandbank@127.0.0.1:$port/sandbank"
    ;;
  stop)
    as_owner "$bin/pg_ctl" --pgdata "$directory/data" --mode immediate --silent stop
    ;;
  *)
    echo "usage: $0 start|stop DIR" >&2
    exit 2
    ;;
esac
