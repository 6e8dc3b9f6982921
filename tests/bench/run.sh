#!/usr/bin/env bash
# run.sh [--quick] [--many] [--record]: how fast and how small, side by side with the
# peers (readpst and libpff where they are installed), in one run. Builds the
# release preset and the archives of design 5, then bench.py measures.
#
# Takes about 15 minutes and 12 GB below build/bench (or AM_BENCH_DIR) on an
# idle machine; the archives stay, but for the largest. --quick: a tenth of the
# messages, two minutes, 1 GB. --many: only the first table, four minutes.
# --record writes RESULTS.md beside this, with --many at its end.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
for word; do
	case $word in
	--quick | --many | --record) ;;
	*)
		sed -n '2,/^set /{/^#/p;}' "$0" >&2
		exit 64
		;;
	esac
done
cd "$top"
cmake --preset release >/dev/null
cmake --build build/release --target archive-mail pst_builder bench_peers
exec python3 "$here/bench.py" "$top/build/release" \
	"${AM_BENCH_DIR:-$top/build/bench}" "$@"
