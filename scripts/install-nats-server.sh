#!/bin/sh
# Makes test-output/tools/nats-server, for `npm run bench`: Debian's 2.9 does not know `sync_interval`. Does nothing where
# it already stands. Needs go (1.24 or later) and the Go module proxy.
set -eu

tools="$(cd "$(dirname "$0")/.." && pwd)/test-output/tools"
version=v2.11.9

mkdir -p "$tools"
if [ -x "$tools/nats-server" ] && "$tools/nats-server" -v | grep -q "$version"; then
  echo "nats-server $version is there"
  exit 0
fi
echo "building nats-server $version"
GOBIN="$tools" GOFLAGS=-mod=mod CGO_ENABLED=0 go install -ldflags '-s -w' "github.com/nats-io/nats-server/v2@$version"
