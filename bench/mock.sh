#!/usr/bin/env bash
# Measures keysmock against Prism and a bare net/http handler, and keysmock proxy against Prism's in front of that handler, in one run, and
# prints the section of docs/benchmarks.md about it. It needs Node and wrk. All listen on loopback; each is asked for a list of one key by
# 16 connections, request validation on; the proxies validate responses, too.
set -euo pipefail
cd "$(dirname "$0")/.."
prism=@stoplight/prism-cli@5.14.2
rounds=${ROUNDS:-15} seconds=${SECONDS_A_ROUND:-2}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
build() { CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/$1" "$2"; } # As `make release` does.
build keysmock ./cmd/keysmock
build bare ./bench/bare
npm install --silent --no-audit --no-fund --prefix "$work" "$prism" >/dev/null 2>&1

url() { echo "http://127.0.0.1:$1/qai/v1/keys"; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# start NAME PORT COMMAND…: starts a server, and prints how many milliseconds it takes until it responds.
start() {
	local name=$1 port=$2 began
	shift 2
	began=$(date +%s%N)
	"$@" >/dev/null 2>&1 &
	echo $! > "$work/$name.pid"
	until curl -fs -o /dev/null -H 'X-API-Key: qai_bench' "$(url "$port")"; do :; done
	echo $((($(date +%s%N) - began) / 1000)) >> "$work/$name.ready"
}
stop() {
	local pid
	pid=$(cat "$work/$1.pid")
	kill "$pid"
	wait "$pid" 2>/dev/null || true
}
start_keysmock() { start keysmock 8791 "$work/keysmock" -addr 127.0.0.1:8791 -keys 1 -api-key qai_bench -log off; }
start_bare() { start bare 8792 "$work/bare"; }
start_prism() { start prism 8793 "$work/node_modules/.bin/prism" mock -h 127.0.0.1 -p 8793 -v silent openapi.yaml; }
start_proxy() { start proxy 8794 "$work/keysmock" proxy -upstream http://127.0.0.1:8792 -addr 127.0.0.1:8794 -log off; }
start_prismproxy() { start prismproxy 8795 "$work/node_modules/.bin/prism" proxy -h 127.0.0.1 -p 8795 -v silent openapi.yaml http://127.0.0.1:8792; }

for name in keysmock bare prism proxy prismproxy; do # The proxies need the bare handler.
	for _ in 1 2 3 4; do
		"start_$name"
		stop "$name"
	done
	"start_$name"
done
for ((round = 0; round < rounds; round++)); do
	for server in keysmock:8791 bare:8792 prism:8793 proxy:8794 prismproxy:8795; do
		wrk -t1 -c16 -d"$seconds" -H 'X-API-Key: qai_bench' "$(url "${server#*:}")" | awk '/Requests\/sec/ { print $2 }' >> "$work/${server%:*}.rate"
	done
done
for name in keysmock bare prism proxy prismproxy; do
	awk '/VmRSS/ { print $2 / 1024 }' "/proc/$(cat "$work/$name.pid")/status" > "$work/$name.memory"
done

rate() { median < "$work/$1.rate"; }
ready() { median < "$work/$1.ready" | awk '{ print $1 / 1000 }'; }
memory() { cat "$work/$1.memory"; }
declare -A titles=([proxy]='keysmock proxy' [prismproxy]="Prism's proxy")
row() { printf '| %s | %.0f | %.1f ms | %.1f MiB |\n' "${titles[$1]:-$1}" "$(rate "$1")" "$(ready "$1")" "$(memory "$1")"; }
# of NAME OTHER: the one's rate divided by the other's, the median of the rounds.
of() { paste "$work/$1.rate" "$work/$2.rate" | awk '{ printf "%.4f\n", $1 / $2 }' | median | xargs printf '%.2f'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
{
	cat <<TEXT
\`make bench-mock\`: a list of one key, 16 connections, request validation on: medians of $rounds rounds of $seconds s in turn, and of their ratios, on $(nproc) cores, with wrk
on the same machine. Ready: from the start of the process to the first response, the median of 5 starts. Memory: resident, after the
load. The baseline is a bare \`net/http\` handler that writes the same bytes; Prism is $prism. The proxies are in front of that handler.

| server | requests a second | ready | memory |
|---|--:|--:|--:|
$(row keysmock)
$(row bare)
$(row prism)
$(row proxy)
$(row prismproxy)

| | reached | wanted |
|---|--:|--:|
| requests a second, of Prism's | $(of keysmock prism) × | at least 12 × |
| requests a second, of the bare handler's | $(of keysmock bare) × | at least 0.6 × |
| ready, of Prism's time | 1/$(ratio "$(ready prism)" "$(ready keysmock)") | at most 1/20 |
| through the proxy, of Prism's proxy's | $(of proxy prismproxy) × | at least 5 × |
| through the proxy, of the bare handler's | $(of proxy bare) × | |
| memory, of Prism's | 1/$(ratio "$(memory prism)" "$(memory keysmock)") | at most 1/8 |

### The mock with a million keys

\`go test -run '^$' -bench AccountSize -benchtime 300ms -count 7 ./wrapper/keystest\`, in memory, medians: what it costs with a million keys, of what it costs with a
thousand; at most 1.5 × is wanted.

| | a thousand | a million | ratio |
|---|--:|--:|--:|
TEXT
	go test -run '^$' -bench AccountSize -benchtime 300ms -count 7 ./wrapper/keystest > "$work/size.txt"
	cost() { awk -v name="$1/keys=$2" 'index($1, name "-") { print $3 / 1000 }' "$work/size.txt" | median; }
	for name in mint revoke authenticate; do
		small=$(cost "$name" 1000) large=$(cost "$name" 1000000)
		printf '| %s | %.1f µs | %.1f µs | %s × |\n' "$name" "$small" "$large" "$(ratio "$large" "$small")"
	done
	cat <<'TEXT'

A list is written while it is read from the account, 64 keys at a time: `TestAListIsStreamed` compares what is live during lists of a
thousand and of fifty thousand keys.
TEXT
}
