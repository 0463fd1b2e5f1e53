#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sets a build folder up, once: tools/setup.sh DIR [meson options]
set -eu
dir=$1
shift
[ -f "$dir/build.ninja" ] && exit 0
command -v meson >/dev/null 2>&1 || {
	echo "setup: Meson is not installed; tools/deps.sh run installs what is missing" >&2
	exit 3
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! meson setup "$dir" "$@" >"$log" 2>&1; then
	cat "$log" >&2
	rm -rf "$dir"
	exit 1
fi
