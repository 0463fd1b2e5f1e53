#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Line and branch coverage of domain/ and rules/ by the fast tests: tools/cover.sh BUILD
# The HTML report is in BUILD/coverage/. Exits with 1 when a branch of either folder was never taken.
#
# Two kinds of branches are not counted, because no test that goes on can take them, and no others:
# those on a line with must() (CODE_OF() is a must() with a table behind it), by lcov's own setting
# below; and the way past the last case of a switch over an enum, with the case of the enum's count
# when all it has is a must(), by tools/cover_table.py.
set -eu
build=${1:-build-cover}
find "$build" -name '*.gcda' -delete
tests/run.py --build "$build" --suite unit --suite property --suite law --suite fuzz
options="--rc lcov_branch_coverage=1 --rc lcov_excl_br_line=\\bmust\\(|\\bCODE_OF\\( --quiet"
# The first trace lists also what no test linked.
lcov $options --capture --initial --directory "$build" --output-file "$build/none.info" 2>/dev/null
lcov $options --capture --directory "$build" --output-file "$build/ran.info" 2>/dev/null
lcov $options --add-tracefile "$build/none.info" --add-tracefile "$build/ran.info" \
	--output-file "$build/all.info"
lcov $options --extract "$build/all.info" '*/src/domain/*' '*/src/rules/*' \
	--output-file "$build/decides.info"
genhtml $options --branch-coverage --output-directory "$build/coverage" "$build/decides.info" \
	>/dev/null
echo "cover: $build/coverage/index.html"
tools/cover_table.py "$build/decides.info"
