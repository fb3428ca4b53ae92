#!/bin/sh
# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
#
# From nothing to a running experiment, with curl. Starts a console of its own in memory and stops it at the end.
#
#     swift build && Examples/Console/walkthrough.sh
set -eu
cd "$(dirname "$0")/../.."
command=${GATEHOUSE:-.build/debug/gatehouse}
work=$(mktemp -d)
"$command" serve --in-memory --port 0 --log-level warning >"$work/out" &
server=$!
trap 'kill $server; wait $server || true; rm -r "$work"' EXIT
until grep -qs "^API description" "$work/out"; do
    kill -0 $server
    sleep 0.1
done
url=$(sed -n 's/^Gatehouse console at //p' "$work/out")
admin=$(sed -n 's/^First console key.*: //p' "$work/out")

# Sends a request to the Console API: method, path, body.
api() {
    printf '\n%s %s\n' "$1" "$2" >&2
    curl -sf -X "$1" "$url/console/v1/$2" -H "STATSIG-API-KEY: $admin" -H "Content-Type: application/json" ${3:+-d "$3"}
}

# What is between the quotes behind a member's name, the first time it comes.
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

# 1. People who work here, and a gate that only they and one in ten others pass.
api POST segments '{"name": "staff", "type": "id_list"}' >/dev/null
api PATCH segments/staff/id_list '{"ids": ["ada", "grace"]}' >/dev/null
api POST gates '{
    "name": "New Checkout",
    "rules": [
        {"name": "Staff", "passPercentage": 100, "conditions": [{"type": "passes_segment", "targetValue": "staff"}]},
        {"name": "Everyone", "passPercentage": 10, "conditions": [{"type": "public"}]}
    ]
}' >/dev/null

# 2. A layer with a parameter, and an experiment in it, for those who pass the gate.
api POST layers '{"name": "checkout", "idType": "userID"}' >/dev/null
api PATCH layers/checkout '{"parameters": [{"name": "color", "type": "string", "defaultValue": "grey"}]}' >/dev/null
api POST experiments '{
    "name": "button_color", "layerID": "checkout", "allocation": 100, "targetingGateID": "new_checkout",
    "groups": [
        {"name": "Control", "size": 50, "parameterValues": {"color": "grey"}},
        {"name": "Blue", "size": 50, "parameterValues": {"color": "blue"}}
    ]
}' >/dev/null
api PUT experiments/button_color/start >/dev/null

# 3. A key for a service, which asks for its users. Any Statsig SDK could download the specs with it instead.
key=$(api POST keys '{"type": "SERVER", "description": "The shop"}' | member key)
for user in ada grace eve; do
    printf '%s: ' "$user"
    curl -sf "$url/v1/get_config" -H "STATSIG-API-KEY: $key" -H "Content-Type: application/json" \
        -d "{\"configName\": \"button_color\", \"user\": {\"userID\": \"$user\"}}"
    echo
done

# 4. Who was exposed so far, and the end: blue for everyone who passes the gate.
api GET experiments/button_color/cumulative_exposures
printf '\n'
api PUT experiments/button_color/make_decision '{"id": "Blue", "decisionReason": "It sells."}' | member status
