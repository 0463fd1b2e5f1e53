#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages that are missing; says nothing when none is.
#
# usage: tools/deps.sh run|test|bench [--list|--missing]
#   run    what building and serving needs
#   test   that, and what the tests and checks need
#   bench  that of run, and the programs that are measured beside ours
#   --list     prints the packages and ends
#   --missing  prints those that are missing and ends (1 when there are any)
# Installs as root or by sudo; otherwise says what to type, and ends with 3.
set -eu

# Compiler, build system and the libraries that the program links.
run="gcc libc6-dev make pkg-config meson ninja-build python3
	libsodium-dev libyaml-dev libutf8proc-dev libsqlite3-dev libpq-dev libssl-dev
	libjansson-dev libcurl4-openssl-dev libqrencode-dev libxml2-dev libbrotli-dev zlib1g-dev libcmocka-dev"

# git and curl for tests that look at the tree and talk HTTP; clang for the fuzz targets; lcov for
# `make cover`; PostgreSQL because everything runs on it too; a browser for the pages.
test="git curl sqlite3 clang libclang-rt-dev clang-format clang-tidy cppcheck lcov valgrind
	postgresql-15 zbar-tools python3-yaml python3-fonttools python3-brotli openssl
	chromium fonts-dejavu-core"

# What `make bench` measures beside us.
bench="sqlite3 nginx-light wrk"

group=${1:-run}
mode=${2:-install}

case $group in
run) want=$run ;;
test) want="$run $test" ;;
bench) want="$run $bench" ;;
*)
	sed -n '5,11s/^# //p' "$0" >&2
	exit 2
	;;
esac

# Node builds the committed web files again, to compare them, and drives the browser. Any that is
# there will do.
if [ "$group" = test ]; then
	command -v node >/dev/null 2>&1 || want="$want nodejs"
	command -v npm >/dev/null 2>&1 || want="$want npm"
fi

if [ "$mode" = --list ]; then
	printf '%s\n' $want
	exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
	echo "deps: this is not Debian. Needed are the equivalents of:" $want >&2
	exit 3
fi

have=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' 2>/dev/null | sed -n 's/ installed$//p')
missing=
for package in $want; do
	# pkgconf calls itself pkg-config's heir on some machines; ask for the program there.
	case $package in
	pkg-config) command -v pkg-config >/dev/null 2>&1 && continue ;;
	esac
	printf '%s\n' "$have" | grep -qx -- "$package" || missing="$missing $package"
done
missing=${missing# }

if [ "$mode" = --missing ]; then
	[ -z "$missing" ] && exit 0
	printf '%s\n' $missing
	exit 1
fi
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=env
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as_root="sudo -n env"
elif command -v sudo >/dev/null 2>&1 && [ -t 0 ] && [ -z "${CI:-}" ]; then
	as_root="sudo env"
else
	echo "deps: these Debian packages are missing, and I may not install them: $missing" >&2
	echo "deps: please run, then repeat your command:" >&2
	echo "    sudo apt-get update && sudo apt-get install --no-install-recommends $missing" >&2
	exit 3
fi

apt() {
	$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "deps: installing $missing"
if ! { apt update && apt install --no-install-recommends -y $missing </dev/null; } >"$log" 2>&1
then
	tail -n 30 "$log" >&2
	echo "deps: the installation failed. The command was:" >&2
	echo "    apt-get update && apt-get install --no-install-recommends $missing" >&2
	exit 3
fi
