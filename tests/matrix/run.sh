#!/bin/sh
# The whole mutation matrix: run.sh BUILD-DIRECTORY [STRIDE]. Prints the table
# for RESULTS.md; exits 1 when something is not as README.md says it must be.
set -eu
build=${1:?usage: run.sh BUILD-DIRECTORY [STRIDE]}
here=$(cd "$(dirname "$0")" && pwd)
exec nice "$build/tests/matrix/matrix" "$build/tests/support/pst_builder" \
	"$here/archive.txt" "${2:-1}"
