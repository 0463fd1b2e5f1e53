#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy and cppcheck over our own sources: tools/lint.sh BUILD
set -eu
build=${1:-build}
ninja -C "$build" --quiet
status=0

echo "lint: cppcheck"
cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
	--inline-suppr --suppress=missingIncludeSystem --suppress=zerodivcond -D_GNU_SOURCE \
	--library=gnu -Isrc -I"$build/src" -j 2 src || status=1

echo "lint: clang-tidy"
git ls-files 'src/*.c' | xargs -P 2 -n 8 clang-tidy --quiet -p "$build" 2>/dev/null || status=1
[ $status = 0 ] && echo "lint: nothing found"
exit $status
