#!/usr/bin/env bash
# Runs every example against keysmock, as a newcomer would. It installs pytest in a directory that it removes.
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
"$work/rotate" -older 1ns -journal "$work/journal" -deploy "cat > $work/secret-\$OLD_KEY_ID"
grep -q '^qai_k_' "$work/secret-key_01"
"$work/revoke-leaked" < "$work/secret-key_01"
"$work/revoke-leaked" -yes < "$work/secret-key_01"
"$work/audit" | tail -n 3 | grep '1 revoked'
python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q --disable-pip-version-check pytest==9.2.0
PYTHONDONTWRITEBYTECODE=1 KEYSMOCK=$work/keysmock "$work/venv/bin/pytest" -q -p no:cacheprovider examples/pytest
echo 'every example ran against keysmock'
