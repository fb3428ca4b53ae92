#!/bin/sh
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
#
# Polls `gatehouse serve` for unchanged specs from 200 connections: first 2,000 requests a second, then as many as it can.
# Needs wrk and a release build. Reports; fails with 1 only if an answer isn't 2xx.
#
#     scripts/console/load.sh [seconds]
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-20}
work=$(mktemp -d)
command=${GATEHOUSE:-.build/release/gatehouse}
"$command" serve --data "$work/data.sqlite" --port 0 --log-level warning \
    --specs fixtures/sample/sample-dcs-v2.json >"$work/out" &
server=$!
trap 'kill $server; wait $server || true; rm -r "$work"' EXIT
until grep -qs "^API description" "$work/out"; do sleep 0.1; done
url=$(sed -n 's/^Gatehouse console at //p' "$work/out")
admin=$(sed -n 's/^First console key.*: //p' "$work/out")
key=$(curl -sf "$url/console/v1/keys" -H "STATSIG-API-KEY: $admin" \
    -d '{"type":"SERVER","description":"load"}' | sed 's/.*"key":"\([^"]*\)".*/\1/')

# Each connection waits 100 ms after an answer: 200 of them come to 2,000 requests a second.
cat >"$work/steady.lua" <<'LUA'
function delay() return 100 end
function done(summary)
    if summary.errors.status > 0 or summary.requests == 0 then os.exit(1) end
end
LUA
sed 1d "$work/steady.lua" >"$work/full.lua"
poll="$url/v2/download_config_specs/$key.json?sinceTime=1700000000001"
echo "== 200 clients, 10 polls a second each"
wrk -t1 -c200 -d"${seconds}s" --latency -s "$work/steady.lua" "$poll"
echo "== 200 clients, as many polls as they can"
wrk -t1 -c200 -d"${seconds}s" --latency -s "$work/full.lua" "$poll"
