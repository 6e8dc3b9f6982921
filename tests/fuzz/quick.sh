#!/usr/bin/env bash
# quick.sh BUILD SECONDS
#
# Builds the fuzz targets in the directory BUILD (preset "fuzz") and runs each for
# so many seconds, two at a time. Fails when a target finds something, or did not
# execute one input. The seed is fixed: the same commit meets much the same inputs
# again; looking for new ones is the work of campaign.sh.
set -euo pipefail

build=$1
seconds=$2
jobs=2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
[ -f "$build/build.ninja" ] || (cd "$root" && cmake --preset fuzz -B "$build")
cmake --build "$build" --target fuzz
folder=$build/tests/fuzz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_target() {
	local name=$1 log=$work/$1.log status=0
	local dictionary=$folder/corpus/$name.dict
	mkdir -p "$work/$name"
	"$folder/fuzz_$name" -seed=1 -max_total_time="$seconds" -timeout=25 \
		-rss_limit_mb=512 -print_final_stats=1 \
		$([ -f "$dictionary" ] && echo "-dict=$dictionary") \
		-artifact_prefix="$folder/finding-$name-" \
		"$work/$name" "$folder/corpus/$name" >"$log" 2>&1 || status=$?
	local units
	units=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	if [ "$status" -ne 0 ] || [ "${units:-0}" -eq 0 ]; then
		echo "$name: exit status $status, ${units:-0} inputs"
		tail -n 40 "$log"
		return 1
	fi
	echo "$name: $units inputs"
}

count=0
for program in "$folder"/fuzz_*; do
	[ -x "$program" ] && [ -f "$program" ] || continue
	[ "$count" -lt "$jobs" ] || wait -n || true
	{ run_target "${program##*/fuzz_}" || touch "$work/failed"; } &
	count=$((count + 1))
done
wait
[ "$count" -gt 0 ] && [ ! -e "$work/failed" ]
