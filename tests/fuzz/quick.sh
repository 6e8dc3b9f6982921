#!/usr/bin/env bash
# quick.sh FOLDER SECONDS
#
# Runs each fuzz target for so many seconds, as many at a time as there are
# processors. FOLDER is where they were built: its corpus/ has the seeds. Fails
# when a target finds something, or did not execute one input.
set -euo pipefail

folder=$1
seconds=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_target() {
	local name=$1 log=$work/$1.log status=0
	mkdir -p "$work/$name"
	"$folder/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=512 -print_final_stats=1 -verbosity=1 \
		${dictionary:+-dict="$dictionary"} \
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

failed=0
running=0
limit=$(nproc)
for program in "$folder"/fuzz_*; do
	[ -x "$program" ] && [ -f "$program" ] || continue
	name=${program##*/fuzz_}
	if [ "$running" -ge "$limit" ]; then
		wait -n || failed=1
		running=$((running - 1))
	fi
	dictionary=
	[ -f "$folder/corpus/$name.dict" ] &&
		dictionary=$folder/corpus/$name.dict
	run_target "$name" &
	running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
	wait -n || failed=1
	running=$((running - 1))
done
[ -n "${name:-}" ] || { echo "no targets in $folder"; failed=1; }
exit "$failed"
