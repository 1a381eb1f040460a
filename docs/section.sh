#!/usr/bin/env bash
# Replaces a section of benchmarks.md, between the marks <!-- NAME --> and <!-- /NAME -->, with standard input.
set -euo pipefail
cd "$(dirname "$0")"
text=$(mktemp)
trap 'rm -f "$text" "$text.page"' EXIT
cat > "$text"
awk -v name="$1" -v text="$text" '
	$0 == "<!-- " name " -->" { print; print ""; while ((getline line < text) > 0) print line; print ""; inside = 1; next }
	$0 == "<!-- /" name " -->" { inside = 0 }
	!inside' benchmarks.md > "$text.page"
cat "$text.page" > benchmarks.md
