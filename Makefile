# SPDX-License-Identifier: Apache-2.0
# Short targets in front of Meson; CONTRIBUTING.md says when to use which.
# `run`, `test`, `check-all` and `bench` install the Debian packages they miss; the others never do.
BUILD ?= build
SAQTA = $(BUILD)/src/saqta
MESON_SETUP = tools/setup.sh
export BUILD PEOPLE LISTEN BANKS

.PHONY: all run test check check-all lint asan valgrind fuzz cover bench fmt golden

all:
	@$(MESON_SETUP) $(BUILD)
	@ninja -C $(BUILD)

# A demo country on http://127.0.0.1:8080, made-up banks on :8090; PEOPLE=n, LISTEN and BANKS=address:port.
run:
	@tools/run.sh

# Everything, after the same set-up. The last line is "N passed, N failed".
test:
	@tools/deps.sh test
	@tools/npm.sh
	@tests/run.py --build $(BUILD)

# The tests that need no browser, server or second database: under 90 seconds.
check:
	@tests/run.py --build $(BUILD) --fast

check-all: test lint asan valgrind

# Slower readers of the source than tools/tidy.py.
lint:
	@$(MESON_SETUP) $(BUILD)
	@tools/lint.sh $(BUILD)

asan:
	@$(MESON_SETUP) $(BUILD)-asan -Db_sanitize=address,undefined -Db_lundef=false -Darena_debug=true
	@tests/run.py --build $(BUILD)-asan --fast

valgrind:
	@$(MESON_SETUP) $(BUILD)-valgrind -Darena_debug=true
	@tests/run.py --build $(BUILD)-valgrind --valgrind

# Each target for SECONDS_EACH (600), on corpora that grow in $(BUILD)-fuzz/corpus; FUZZ=name runs one.
fuzz:
	@CC=clang $(MESON_SETUP) $(BUILD)-fuzz -Dfuzz=true -Db_lundef=false -Darena_debug=true
	@tools/fuzz.sh $(BUILD)-fuzz

# Branch coverage of what decides: domain and rules.
cover:
	@$(MESON_SETUP) $(BUILD)-cover -Db_coverage=true -Doptimization=0
	@tools/cover.sh $(BUILD)-cover

# Figures beside a peer, measured in the same run; BENCH_MD=docs/bench.md keeps the table.
bench:
	@tools/deps.sh bench
	@$(MESON_SETUP) $(BUILD)
	@ninja -C $(BUILD)
	@tests/bench/run.py --build $(BUILD)

fmt:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

# Writes the golden files again and shows what changed.
golden:
	@SAQTA_GOLDEN=write tests/run.py --build $(BUILD) --suite golden || true
	@git --no-pager diff --stat -- tests/golden
