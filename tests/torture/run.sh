#!/usr/bin/env bash
# tests/torture/run.sh [BUILD]
#
# The long form of the torture tests: every system call of a small conversion
# fails once, with each error that it may have, and a conversion is killed at
# 200 moments; to each target. Every allocation of a small conversion fails as
# well: it alone, and it and all after it. BUILD (build/release) is where the
# programs are built when they are not there. Prints the tables of RESULTS.md;
# takes some twenty minutes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/release}
if [ ! -x "$build/archive-mail" ] ||
	[ ! -x "$build/tests/support/pst_builder" ] ||
	[ ! -x "$build/tests/test_transfer_no_memory" ]; then
	cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release
	cmake --build "$build" --target archive-mail pst_builder \
		test_transfer_no_memory -j 2
fi
AM_PROGRAM=$(realpath "$build/archive-mail")
AM_BUILDER=$(realpath "$build/tests/support/pst_builder")
export AM_PROGRAM AM_BUILDER
echo "$(date -u +%F), commit $(git rev-parse --short HEAD), $(strace -V | head -1)"
wrong=0
AM_EVERY_ALLOCATION=1 nice "$build/tests/test_transfer_no_memory" || wrong=1
nice python3 -B tests/torture/torture.py --full --faults || wrong=1
nice python3 -B tests/torture/torture.py --kills 200 || wrong=1
exit $wrong
