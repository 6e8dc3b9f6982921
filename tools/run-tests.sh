#!/usr/bin/env bash
# tools/run-tests.sh [CTEST-OPTION...]
#
# Installs what the tests need, builds with AddressSanitizer and UBSan in
# build/asan, and runs all tests, or those that the options choose:
#
#	tools/run-tests.sh -R unit       those with "unit" in their name
#	tools/run-tests.sh -L '^cli$'    those with a label
#
# AM_CORPUS names a folder of real archives, if you have one. Ends with the
# closing lines of ctest, and its exit status.
set -euo pipefail

case "${1:-}" in
-h | --help)
	sed -n '2,12s/^# \{0,1\}//p' "$0"
	exit 0
	;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools/apt-install.sh gcc g++ libc6-dev cmake ninja-build pkg-config git \
	libssl-dev zlib1g-dev libdeflate-dev libsqlite3-dev libutf8proc-dev \
	libjansson-dev libical-dev libcurl4-openssl-dev libsodium-dev openssl \
	libseccomp-dev libcmocka-dev libgmime-3.0-dev python3 clang strace \
	valgrind
# Others read again what was written. Node.js may come from elsewhere, with an
# npm of its own; without one the test that needs it says so.
tools/apt-install.sh python3-vobject python3-icalendar
command -v npm >/dev/null || tools/apt-install.sh nodejs npm ||
	echo "Going on without npm." >&2
# For --keyring, an optional part.
tools/apt-install.sh libsecret-1-dev dbus-daemon gnome-keyring ||
	echo "Going on without a keyring." >&2
# Servers for tests/integration; they run in the tests only, unprivileged.
tools/apt-install.sh dovecot-imapd cyrus-common cyrus-admin sasl2-bin openssl ||
	echo "Going on without mail servers." >&2
# libFuzzer, for the ctest fuzz_quick
tools/apt-install.sh "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
cmake --preset asan
cmake --build --preset asan
# Three on two cores: those with servers wait for most of their time.
exec ctest --test-dir build/asan -j3 --output-on-failure "$@"
