/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every fuzz target shares: a context over a fresh arena, in the shape that both libFuzzer and
 * replay.c call.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "base/check.h"
#include "base/ctx.h"

enum { FUZZ_ARENA_BYTES = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FUZZ_TARGET { use cx and input; } */
#define FUZZ_TARGET                                                                                \
	static void fuzz_one(struct ctx *cx, struct str input);                                    \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                               \
	{                                                                                          \
		struct arena *arena = arena_new(FUZZ_ARENA_BYTES);                                 \
		/* A copy of its own, so that a byte read past the end is seen. */                 \
		char *copy = size ? memcpy(arena_alloc(arena, size), data, size) : NULL;           \
		struct ctx cx = {.arena = arena, .clock = clock_system(), .lang = LANG_KK};        \
                                                                                                   \
		fuzz_one(&cx, (struct str){copy, size});                                           \
		arena_free(arena);                                                                 \
		return 0;                                                                          \
	}                                                                                          \
	static void fuzz_one(struct ctx *cx, struct str input)

#endif
