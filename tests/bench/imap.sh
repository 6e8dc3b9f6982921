#!/usr/bin/env bash
# imap.sh [--quick] [--record]: how fast messages go to a server, side by side
# with the peers, in one run: 5,000 messages of 10 KB into a Dovecot (mdbox) that
# is 50 ms away. Builds the release preset, then imap.py measures.
#
# The peers: reference/bench_append.py with the same strategy, mbsync (package
# isync) and libcurl. Takes about 5 minutes on an idle machine. --quick: fewer
# messages, one run each, a minute. --record writes RESULTS-imap.md
# beside this.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
for word; do
	case $word in
	--quick | --record) ;;
	*)
		sed -n '2,/^set /{/^#/p;}' "$0" >&2
		exit 64
		;;
	esac
done
cd "$top"
cmake --preset release >/dev/null
cmake --build build/release --target archive-mail pst_builder imap_client delay_proxy curl_append
exec python3 -B "$here/imap.py" "$top/build/release" "$@"
