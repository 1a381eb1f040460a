#!/usr/bin/env bash
# Measures the client against its baselines, in one run, and prints the section of docs/benchmarks.md about it.
set -euo pipefail
cd "$(dirname "$0")/.."
benchstat=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
rounds=${ROUNDS:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -o "$work/keys.test" ./wrapper/keys
run() { "$work/keys.test" -test.run '^$' -test.benchtime "$2" -test.bench "$1" >> "$work/bench.txt"; }
for ((round = 0; round < rounds; round++)); do
	run Operation 30ms
	((round % 6 == 0)) || continue
	run Many 1x
	run '^BenchmarkList$/^keys=1000$' 300ms
	run '^BenchmarkList$/^keys=1000000$' 1x
	run LongList 1x
done
memory=$("$work/keys.test" -test.run ListsOfAnySize -test.v -listsize 1000000 | sed -n 's/.*live during/Live during/p')

# measured UNIT NAME: what the named benchmark measured in that unit, one line for each round.
measured() {
	awk -v unit="$1" -v name="$2" '(at = index($1, name)) && substr($1, at + length(name)) ~ /^(-[0-9]+)?$/ { for (i = 3; i < NF; i += 2) if ($(i + 1) == unit) print $i }' "$work/bench.txt"
}
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# ratio UNIT NAME BASE: the median of the ratios of two benchmarks that ran one after the other.
ratio() { paste <(measured "$1" "$2") <(measured "$1" "$3") | awk 'NF == 2 { printf "%.3f\n", $1 / $2 }' | median; }
operations=$(sed -n 's/.*op=\([A-Za-z]*\)\/.*/\1/p' "$work/bench.txt" | sort -u)
# worst UNIT WAY: the greatest ratio, over all operations, of the wrapper's figure to the direct client's.
worst() {
	for op in $operations; do
		echo "$(ratio "$1" "op=$op/way=$2/client=wrapper" "op=$op/way=$2/client=direct") ($op)"
	done | sort -g | tail -n 1
}
thousand=List/keys=1000/client= million=List/keys=1000000/client=

cat <<TEXT
\`make bench\` measures the client in ${rounds} rounds, lists and many mints in each sixth of them; a ratio is the median of those of neighbours in a round.
*Direct* is the most direct client that does the same by hand, with
\`net/http\` and \`encoding/json\` (\`directClient\` in wrapper/keys/bench_test.go); *bare* is the generated client, which does less: it doesn't
bound what it reads, looks at no status, has no timeout and keeps every connection. In memory there is a RoundTripper instead of a network.
A mint of a lasting key has a connection of its own (SECURITY.md says why), which is most of what it takes over loopback.

| | reached | wanted |
|---|--:|--:|
| time of a call over loopback, of the direct client's: the worst operation | $(worst ns/op loopback) | at most 1.05 |
| time of a call in memory, of the direct client's: the worst operation | $(worst ns/op memory) | at most 1.10 |
| allocations of a call in memory, of the direct client's: the worst operation | $(worst allocs/op memory) | at most 1.10 |
| a list of 1,000 keys, throughput by \`All\`, of \`encoding/json\`'s | $(ratio megabytes/s "${thousand}wrapper" "${thousand}json") | at least 1.50 |
| a list of 1,000,000 keys, throughput by \`All\`, of \`encoding/json\`'s | $(ratio megabytes/s "${million}wrapper" "${million}json") | at least 1.50 |
| a list of 1,000 keys, throughput by \`All\`, of a plain loop of \`jsontext\`'s | $(ratio megabytes/s "${thousand}wrapper" "${thousand}jsontext") | at least 0.95 |
| a list of 1,000,000 keys, throughput by \`All\`, of a plain loop of \`jsontext\`'s | $(ratio megabytes/s "${million}wrapper" "${million}jsontext") | at least 0.95 |
| time a key of a list of 1,000,000 keys, of that of lists of 1,000 | $(measured long/short LongList | median) | 0.90 to 1.10 |
| 10,000 mints of ephemeral tokens by 64 goroutines: throughput, of the direct client's | $(ratio mints/s Many/client=wrapper Many/client=direct) | at least 0.95 |
| connections that these mints took | $(measured connections Many/client=wrapper | median) | |

$memory (at most 2 MiB more is wanted).

\`\`\`
$(go run "$benchstat" -filter .name:Operation -row /op,/way -col '/client@(direct wrapper bare)' "$work/bench.txt" | sed 's/ *$//')
\`\`\`
TEXT
