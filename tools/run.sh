#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make run`: packages, build, a demo country when there is none, then the server and the work behind
# it (rows of who asked, summaries, seals), each a process of its own. Ctrl-C ends both.
# PEOPLE (20000), LISTEN (127.0.0.1:8080), BUILD (build), SAQTA_LANG (kk).
set -eu
build=${BUILD:-build}
people=${PEOPLE:-20000}
listen=${LISTEN:-127.0.0.1:8080}
db=$build/demo.db
saqta=$build/src/saqta

case $people in
'' | *[!0-9]*)
	echo "run: PEOPLE must be a number, not '$people'" >&2
	exit 2
	;;
esac

tools/deps.sh run
echo "run: building in $build/"
tools/setup.sh "$build"
ninja -C "$build" --quiet src/saqta

# A database without its stamp was interrupted while it was made.
if [ ! -f "$db.made" ] || [ ! -f "$db" ]; then
	rm -f "$db" "$db-wal" "$db-shm" "$db.made"
	echo "run: making a synthetic country of $people people in $db"
	"$saqta" db migrate --db "sqlite:$db"
	"$saqta" demo --db "sqlite:$db" --people "$people" --seed 1
	echo "$people" >"$db.made"
else
	echo "run: $db is there with $(cat "$db.made") people; remove it to have another"
	"$saqta" demo --db "sqlite:$db" --list
fi

SAQTA_LOOKUP_DIR=$build/demo.lookups
export SAQTA_LOOKUP_DIR
mkdir -p "$SAQTA_LOOKUP_DIR"
serve='' work=''
# What a shell without a terminal of its own starts behind itself does not hear Ctrl-C.
# shellcheck disable=SC2086 # one of them may be empty
stop() {
	kill $serve $work 2>/dev/null || true
}
trap stop INT TERM HUP

"$saqta" serve --db "sqlite:$db" --listen "$listen" &
serve=$!
"$saqta" work --db "sqlite:$db" &
work=$!
echo "run: http://$listen by \`saqta serve\` ($serve), and \`saqta work\` ($work) behind it; Ctrl-C ends both"
# A signal ends a wait before its process has ended: then once more.
code=0
wait "$serve" || code=$?
while kill -0 "$serve" 2>/dev/null; do
	code=0
	wait "$serve" || code=$?
done
stop
wait "$work" || true
exit "$code"
