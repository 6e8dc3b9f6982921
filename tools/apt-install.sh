#!/usr/bin/env bash
# tools/apt-install.sh PACKAGE...: installs those that are missing, on Debian
# and its relatives; asks nothing, and is quiet unless it fails. Elsewhere it
# only says what is needed.
set -euo pipefail

missing=()
for package in "$@"; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null ||
		true)
	[ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "There is no apt-get here. Needed, by their Debian names: $*" >&2
	exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing: ${missing[*]}" >&2
		echo "As root: apt-get install ${missing[*]}" >&2
		exit 69
	fi
	as_root=(sudo)
fi

echo "Installing ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 \
		</dev/null
}
if ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
	tail -n 40 "$log" >&2
	echo "Installing ${missing[*]} failed; see above." >&2
	exit 69
fi
