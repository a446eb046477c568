# Runs a command beside a Docker engine of its own, which has the image of Toxiproxy made from a program that was built here.
# Everything is in namespaces that end with this script: no container, bridge or process of it is left.
# usage: docker-engine.sh FOLDER PROGRAM COMMAND [ARGUMENT...]
set -eu
folder=$1 program=$2
shift 2
ip link set lo up
mkdir -p "$folder/image"
cp "$program" "$folder/image/toxiproxy"
export DOCKER_HOST="unix://$folder/docker.sock"
dockerd -H "$DOCKER_HOST" --data-root "$folder/data" --exec-root "$folder/exec" -p "$folder/pid" \
  --iptables=false --ip6tables=false --storage-driver=vfs >"$folder/log" 2>&1 &
tries=0
until docker version >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ $tries -gt 100 ]; then
    echo "the Docker engine did not start: $(tail -1 "$folder/log")" >&2
    exit 125
  fi
  sleep 0.2
done
tar -C "$folder/image" -c toxiproxy |
  docker import -c 'ENTRYPOINT ["/toxiproxy"]' - ghcr.io/shopify/toxiproxy:2.12.0 >/dev/null
# The image of testcontainers' own reaper is not there; the suite does not depend on it.
export TESTCONTAINERS_RYUK_DISABLED=true
"$@"
