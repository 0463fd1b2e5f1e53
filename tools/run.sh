#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make run`: packages, build, a demo country when there is none, then the server, the work behind it
# (rows of who asked, summaries, seals) and the sandbox of banks, each a process of its own. Ctrl-C
# ends them all.
# PEOPLE (20000), LISTEN (127.0.0.1:8080), BANKS (127.0.0.1:8090), BUILD (build), SAQTA_LANG (kk).
set -eu
build=${BUILD:-build}
people=${PEOPLE:-20000}
listen=${LISTEN:-127.0.0.1:8080}
banks=${BANKS:-127.0.0.1:8090}
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
	rm -rf "$db" "$db-wal" "$db-shm" "$db.made" "$db.banks"
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
# QR codes of Kaspi and Halyk: of the made-up ones, where they are on this machine. Keys of banks come
# in files, so do these.
codes=
case $banks in
0.0.0.0:* | '[::]:'*) codes=http://127.0.0.1:${banks##*:} ;;
127.0.0.1:* | localhost:* | '[::1]:'*) codes=http://$banks ;;
*) echo "run: the banks are not on this machine alone: Kaspi QR and Halyk QR are not offered" ;;
esac
if [ -n "$codes" ]; then
	printf 'sandbox\n' >"$build/demo.kaspi.key"
	printf 'sandbox\n' >"$build/demo.halyk.key"
	export SAQTA_KASPI_URL="$codes/kaspi/api/r1/v01"
	export SAQTA_KASPI_KEY_FILE="$build/demo.kaspi.key"
	export SAQTA_KASPI_DEVICE=saqta-demo
	export SAQTA_KASPI_POINT=1
	export SAQTA_KASPI_LINKS="$codes/kaspi/q/"
	export SAQTA_HALYK_URL="$codes/halyk/api/qr"
	export SAQTA_HALYK_TOKEN_URL="$codes/halyk/api/oauth2/token"
	export SAQTA_HALYK_CLIENT=saqta-demo
	export SAQTA_HALYK_KEY_FILE="$build/demo.halyk.key"
	export SAQTA_HALYK_TERMINAL=67e34d63
	export SAQTA_HALYK_LINKS="$codes/halyk/q/"
fi
serve='' work='' bank=''
# What a shell without a terminal of its own starts behind itself does not hear Ctrl-C.
# shellcheck disable=SC2086 # one of them may be empty
stop() {
	kill $serve $work $bank 2>/dev/null || true
}
trap stop INT TERM HUP

"$saqta" serve --db "sqlite:$db" --listen "$listen" &
serve=$!
"$saqta" work --db "sqlite:$db" &
work=$!
# A demo database takes the banks' calls from this machine alone.
case $listen in
0.0.0.0:* | '[::]:'*) called=127.0.0.1:${listen##*:} ;;
*) called=$listen ;;
esac
# Their books belong to this database.
python3 -B sandbox/bank --saqta "http://$called" --listen "$banks" --data "$db.banks" \
	--own-codes "$codes" --again &
bank=$!
echo "run: http://$listen by \`saqta serve\` ($serve), and \`saqta work\` ($work) behind it"
sleep 1
if kill -0 "$bank" 2>/dev/null; then
	echo "run: http://$banks by sandbox/bank ($bank): small banks to pay in, none of them real"
else
	echo "run: there are no banks to pay in; what stands above says why" >&2
fi
echo "run: Ctrl-C ends all of them"
# A signal ends a wait before its process has ended: then once more.
code=0
wait "$serve" || code=$?
while kill -0 "$serve" 2>/dev/null; do
	code=0
	wait "$serve" || code=$?
done
stop
wait "$work" || true
wait "$bank" || true
exit "$code"
