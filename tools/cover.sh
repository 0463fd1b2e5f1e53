#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Line and branch coverage of domain/ and rules/ by the fast tests: tools/cover.sh BUILD
# The HTML report is in BUILD/coverage/.
set -eu
build=${1:-build-cover}
find "$build" -name '*.gcda' -delete
tests/run.py --build "$build" --suite unit --suite property --suite law --suite fuzz
options="--rc lcov_branch_coverage=1 --quiet"
# The first trace lists also what no test linked.
lcov $options --capture --initial --directory "$build" --output-file "$build/none.info" 2>/dev/null
lcov $options --capture --directory "$build" --output-file "$build/ran.info" 2>/dev/null
lcov $options --add-tracefile "$build/none.info" --add-tracefile "$build/ran.info" \
	--output-file "$build/all.info"
lcov $options --extract "$build/all.info" '*/src/domain/*' '*/src/rules/*' \
	--output-file "$build/decides.info"
genhtml $options --branch-coverage --output-directory "$build/coverage" "$build/decides.info" \
	>/dev/null
tools/cover_table.py "$build/decides.info"
echo "cover: $build/coverage/index.html"
