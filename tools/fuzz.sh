#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the fuzz targets one after the other: tools/fuzz.sh BUILD
# SECONDS_EACH (600) each; FUZZ=name runs one. New inputs go to BUILD/corpus/, never into the tree;
# a finding stays in BUILD/ as crash-* and belongs, made small, into tests/fuzz/corpus/.
set -eu
build=${1:-build-fuzz}
seconds=${SECONDS_EACH:-600}
ninja -C "$build" --quiet
status=0
for target in "$build"/tests/fuzz/fuzz_*; do
	[ -f "$target" ] && [ -x "$target" ] || continue
	name=$(basename "$target")
	name=${name#fuzz_}
	[ -z "${FUZZ:-}" ] || [ "$FUZZ" = "$name" ] || continue
	mkdir -p "$build/corpus/$name" "tests/fuzz/corpus/$name"
	echo "fuzz: $name for $seconds s"
	"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
		-verbosity=0 -artifact_prefix="$build/crash-$name-" \
		"$build/corpus/$name" "tests/fuzz/corpus/$name" || status=1
done
exit $status
