#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the pinned npm packages that build and test the pages, when the lock file has changed.
set -eu
cd "$(dirname "$0")/../web"
stamp=node_modules/.saqta-lock
[ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && exit 0
command -v npm >/dev/null 2>&1 || {
	echo "npm: npm is not installed; tools/deps.sh test installs it" >&2
	exit 3
}
echo "npm: installing what web/package-lock.json pins"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1 </dev/null; then
	tail -n 30 "$log" >&2
	exit 3
fi
cp package-lock.json "$stamp"
