#!/usr/bin/env bash
# tools/quickstart.sh [FILE|DIR [OUTPUT]]
#
# From a fresh checkout on Debian 12 to a converted archive: installs what the
# build needs, builds, and converts FILE (or every PST, OST and PAB below DIR)
# to Maildir in OUTPUT, or in archive-mail-output in the current directory.
# Without a file it converts a sample archive. Run it again as often as you
# like: what is done stays done.
set -euo pipefail

case "${1:-}" in
-h | --help)
	sed -n '2,9s/^# \{0,1\}//p' "$0"
	exit 0
	;;
esac
[ $# -le 2 ] || { echo "usage: tools/quickstart.sh [FILE|DIR [OUTPUT]]" >&2; exit 64; }

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build/release
program=$build/archive-mail

title() {
	printf '\n== %s\n' "$*"
}

# The command as one would type it, then what it prints.
show() {
	local word line='$'
	for word in "$@"; do
		line+=" $(printf '%q' "${word#"$PWD/"}")"
	done
	printf '%s\n' "$line"
	"$@"
}

quiet() {
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		rm -f "$log"
		echo "This failed: $*" >&2
		exit 70
	fi
	rm -f "$log"
}

if [ $# -gt 0 ] && [ ! -e "$1" ]; then
	echo "There is no file or directory $1" >&2
	exit 66
fi

title "Building"
"$top/tools/apt-install.sh" gcc libc6-dev cmake ninja-build pkg-config \
	libssl-dev zlib1g-dev libdeflate-dev libsqlite3-dev libutf8proc-dev \
	libjansson-dev libical-dev libcurl4-openssl-dev libsodium-dev libseccomp-dev
# not "cmake --preset": the current directory stays that of the caller
quiet cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	-DAM_TESTS=OFF
quiet cmake --build "$build" --target archive-mail samples
echo "${program#"$PWD/"} is ready."

if [ $# -gt 0 ]; then
	input=$1
	output=${2:-archive-mail-output}
else
	input=$build/samples/family-letters.pst
	output=$top/build/quickstart
	rm -rf "$output"
fi

# Of a directory, look at the first archive.
first=$input
if [ -d "$input" ]; then
	first=$(find "$input" -type f \( -iname '*.pst' -o -iname '*.ost' \
		-o -iname '*.pab' \) -print | LC_ALL=C sort | sed -n 1p)
	[ -n "$first" ] || { echo "There is no *.pst, *.ost or *.pab below $input" >&2; exit 66; }
fi

status=0
title "What it is"
show "$program" info -- "$first" || status=$?
if [ "$status" -gt 1 ] && [ ! -d "$input" ]; then
	exit "$status" # it has been said why
fi
title "Its folders"
show "$program" list -- "$first" || status=$?
title "Conversion"
show "$program" convert --to maildir -o "$output" -- "$input" || status=$?
if [ ! -d "$output" ]; then
	exit "$status"
fi

# Each Maildir with its messages, and the other files beside.
folders=$(cd "$output" && find . -type d -name cur | LC_ALL=C sort |
	while IFS= read -r folder; do
		printf '%6d  %s\n' "$(find "$folder" -type f | wc -l)" \
			"${folder%/cur}"
	done)
title "What is there now"
(cd "$output" && find . -maxdepth 1 -type f | LC_ALL=C sort | sed 's/^/        /')
[ -z "$folders" ] || sed -n '1,40p' <<<"$folders"
count=$(grep -c . <<<"$folders" || true)
[ "$count" -le 40 ] || echo "        ... and $((count - 40)) folders more"
for summary in "$output"/*.summary.json; do
	[ ! -f "$summary" ] || { title "${summary##*/}"; cat "$summary"; }
done

fullest=$(LC_ALL=C sort -n <<<"$folders" | sed -n '$s/^ *[0-9]*  //p')
title "Next"
cat <<TEXT
  Your own archive:   tools/quickstart.sh ~/old.pst
  All that it can do: ${program#"$PWD/"} --help
  The ledger:         a line for each message found, in *.ledger.jsonl
  Installing:         cmake --install $(printf '%q' "${build#"$PWD/"}")   (as root)
TEXT
[ -z "$fullest" ] || cat <<TEXT
  Reading the mail:   any program that opens a Maildir, such as
                      mutt -f $(printf '%q' "${output#"$PWD/"}/${fullest#./}")
TEXT
exit "$status"
