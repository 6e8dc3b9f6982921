#!/usr/bin/env bash
# campaign.sh HOURS [JOBS]
#
# A long run, in build/fuzz of this checkout (made when it is not there; another
# place: AM_FUZZ_BUILD). Half of the time goes to whole files, the rest to the
# other targets alike; in rounds, so that a stop loses little. Keeps what it
# learned in tests/fuzz/campaign/<target>/ there, findings in findings/, and adds
# a line for each run to campaign.tsv: target, inputs executed, seconds of CPU
# time, edges covered, features, inputs kept, exit status.
# HOURS may be a fraction; it is time of the clock, with JOBS (2) at once.
set -euo pipefail

hours=$1
jobs=${2:-2}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${AM_FUZZ_BUILD:-$root/build/fuzz}
folder=$build/tests/fuzz
round=${AM_FUZZ_ROUND:-60} # seconds of one run

if [ ! -f "$build/build.ninja" ]; then
	cmake -S "$root" --preset fuzz -B "$build"
fi
cmake --build "$build" --target fuzz
mkdir -p "$folder/findings"
end=$(awk -v now="$(date +%s)" -v h="$hours" 'BEGIN { print int(now + h * 3600) }')

stat_of() {
	sed -n "s/^stat::$1: *//p" "$2" | tail -n 1
}

# Seconds that a command took, to file $1; the command's exit status.
timed() {
	local TIMEFORMAT='%U %S' file=$1
	shift
	{ time "$@" >"$file.log" 2>&1; } 2>"$file"
}

run_target() {
	local name=$1 work status=0
	local dictionary=$folder/corpus/$name.dict
	work=$(mktemp -d)
	mkdir -p "$folder/campaign/$name"
	timed "$work/time" "$folder/fuzz_$name" -max_total_time="$round" \
		-timeout=10 -rss_limit_mb=512 -print_final_stats=1 -reload=0 \
		${AM_FUZZ_FLAGS:-} \
		$([ -f "$dictionary" ] && echo "-dict=$dictionary") \
		-artifact_prefix="$folder/findings/$name-" \
		"$folder/campaign/$name" "$folder/corpus/$name" || status=$?
	local log=$work/time.log last
	last=$(grep -E 'cov: [0-9]+ ft: ' "$log" | tail -n 1)
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" \
		"$(stat_of number_of_executed_units "$log")" \
		"$(awk '{ print int($1 + $2 + .5) }' "$work/time")" \
		"$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$last")" \
		"$(sed -n 's/.* ft: \([0-9]*\).*/\1/p' <<<"$last")" \
		"$(stat_of new_units_added "$log")" "$status" \
		>>"$folder/campaign.tsv"
	[ "$status" -eq 0 ] || tail -n 60 "$log" >>"$folder/findings/log"
	rm -rf "$work"
}

# One line for a run; whole files come between all others.
schedule() {
	local program
	for program in "$folder"/fuzz_*; do
		[ -x "$program" ] && [ -f "$program" ] || continue
		[ "$program" = "$folder/fuzz_file" ] && continue
		echo "${program##*/fuzz_}"
		echo file
	done
}

running=0
while [ "$(date +%s)" -lt "$end" ]; do
	while read -r name; do
		[ "$(date +%s)" -lt "$end" ] || break
		if [ "$running" -ge "$jobs" ]; then
			wait -n || true
			running=$((running - 1))
		fi
		run_target "$name" &
		running=$((running + 1))
	done < <(schedule)
done
wait
