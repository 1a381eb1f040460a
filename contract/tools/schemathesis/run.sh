#!/usr/bin/env bash
# Tests keysmock with Schemathesis, which makes its requests from openapi.yaml and judges the responses by it. The arguments are options
# of `st run`. It keeps Schemathesis in .venv beside this file, and needs Python with venv.
set -euo pipefail
cd "$(dirname "$0")"
packages='schemathesis==4.32.5 hypothesis==6.170.17' # Of another hypothesis, a seed makes other requests.
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT

if [[ $(cat .venv/packages 2>/dev/null) != "$packages" ]]; then
	python3 -m venv --clear .venv
	# shellcheck disable=SC2086 # Two words.
	.venv/bin/pip install -q --disable-pip-version-check $packages
	echo "$packages" > .venv/packages
fi
go -C ../../.. build -o "$work/keysmock" ./cmd/keysmock
mkfifo "$work/env"
"$work/keysmock" -addr 127.0.0.1:0 -tier internal -log off > "$work/env" &
while read -r line; do export "${line?}"; [[ $line == QAI_API_KEY=* ]] && break; done < "$work/env"

HYPOTHESIS_STORAGE_DIRECTORY=$work .venv/bin/st run ../../../openapi.yaml --url "$QAI_BASE_URL" "$@" &
wait $! # A signal ends it, too.
