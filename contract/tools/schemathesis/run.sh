#!/usr/bin/env bash
# Tests keysmock with Schemathesis, which makes its requests from openapi.yaml and judges the responses by it. The arguments are options
# of `st run`. It keeps Schemathesis in .venv beside this file, and needs Python with venv.
set -euo pipefail
cd "$(dirname "$0")"
packages='schemathesis==4.32.5 hypothesis==6.170.17' # Of another hypothesis, a seed makes other requests.
work=$(mktemp -d)
finish() {
	local status=$?
	trap '' INT TERM HUP # A second signal would leave the mock or the directory behind.
	# shellcheck disable=SC2046 # Several words.
	kill $(jobs -p) 2>/dev/null || true
	wait
	if [[ $status != 0 ]]; then # What went wrong in the mock first, a panic's stack for example.
		grep -v level=INFO "$work/log" 2>/dev/null | sed 's/\\n/\n/g; s/\\t/\t/g' | head -n 100 >&2 || true
	fi
	rm -rf "$work"
}
trap finish EXIT

if [[ $(cat .venv/packages 2>/dev/null) != "$packages" ]]; then
	python3 -m venv --clear .venv
	# shellcheck disable=SC2086 # Two words.
	.venv/bin/pip install -q --disable-pip-version-check $packages
	echo "$packages" > .venv/packages
fi
go -C ../../.. build -o "$work/keysmock" ./cmd/keysmock
mkfifo "$work/env"
unset QAI_BASE_URL QAI_API_KEY # Of the mock, never of another server.
"$work/keysmock" -addr 127.0.0.1:0 -tier internal > "$work/env" 2> "$work/log" &
while read -r line; do export "${line?}"; [[ $line == QAI_API_KEY=* ]] && break; done < "$work/env"
: "${QAI_BASE_URL:?keysmock did not start}"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

HYPOTHESIS_STORAGE_DIRECTORY=$work .venv/bin/st run ../../../openapi.yaml --url "$QAI_BASE_URL" "$@" &
wait $! # A signal ends it, too.
