#!/usr/bin/env bash
# run.sh [--quick] [--record]: how fast and how small, side by side with the
# peers, in one run. Builds the release preset and the archives of design 5
# (several GB below build/bench), then bench.py measures. --quick: a tenth of
# the messages, no growth to 1,000,000. --record writes RESULTS.md beside this.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cd "$top"
cmake --preset release >/dev/null
cmake --build build/release --target archive-mail pst_builder bench_peers
exec python3 "$here/bench.py" "$top/build/release" "$top/build/bench" "$@"
