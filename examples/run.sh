#!/usr/bin/env bash
# Runs every example against keysmock, as a newcomer would.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill "$mock" 2>/dev/null || true; rm -rf "$work"' EXIT

go build -o "$work/" ./cmd/keysmock ./examples/...
mkfifo "$work/env"
"$work/keysmock" -addr 127.0.0.1:0 -keys 5 -tier internal -log off > "$work/env" &
mock=$!
while read -r line; do export "${line?}"; [[ $line == QAI_API_KEY=* ]] && break; done < "$work/env"

"$work/quickstart"
"$work/safe-mint"
"$work/tenants" -dir "$work/vault" acme globex
"$work/tenants" -dir "$work/vault" acme globex
"$work/audit"
"$work/audit" -json -all > "$work/keys"
"$work/rotate" -id key_01 -deploy "cat > $work/secret"
grep -q '^qai_k_' "$work/secret"
"$work/revoke-leaked" < "$work/secret"
"$work/revoke-leaked" -yes < "$work/secret"
"$work/audit" | tail -n 3 | grep '2 revoked'
echo 'every example ran against keysmock'
