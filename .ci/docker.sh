#!/bin/bash
# docker.sh start FOLDER: run a container engine of our own, with postgres:17 and postgres:18 in it.
# docker.sh stop FOLDER:  end it, and remove its folder.
# The engine listens on FOLDER/docker.sock alone: export DOCKER_HOST=unix://FOLDER/docker.sock
# The images are stand-ins built from wheels by ../shared/ci, where no registry can be reached.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
action=$1 folder=$2
export DOCKER_HOST=unix://$folder/docker.sock

start() {
    mkdir -p "$folder"
    setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" -H "$DOCKER_HOST" \
        --pidfile "$folder/docker.pid" >"$folder/docker.log" 2>&1 </dev/null &
    for _ in $(seq 300); do
        docker version >/dev/null 2>&1 && break
        sleep 0.1
    done
    docker version >/dev/null || { tail -n 20 "$folder/docker.log" >&2; return 1; }
    for major in 18 17; do
        docker image inspect "postgres:$major" >/dev/null 2>&1 ||
            bash "$here/../shared/ci/build-postgres-image.sh" "$major" docker >/dev/null 2>"$folder/build.log" ||
            { cat "$folder/build.log" >&2; return 1; }
    done
}

stop() {
    [ -f "$folder/docker.pid" ] || { rm -rf "$folder"; return 0; }
    local pid
    pid=$(cat "$folder/docker.pid")
    docker ps -aq | xargs -r docker rm -fv >/dev/null 2>&1 || true
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 200); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    # containerd's mounts can outlive it
    { grep -F " $folder/" /proc/mounts || true; } | cut -d' ' -f2 | sort -r | xargs -r umount 2>/dev/null || true
    rm -rf "$folder"
}

case $action in
start | stop) "$action" ;;
*) echo "docker.sh: start or stop, and a folder" >&2; exit 2 ;;
esac
