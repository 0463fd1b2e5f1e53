/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context: what every function that can fail or allocate takes first. There is no other way to
 * reach memory, time, the language or the error slot.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

enum lang { LANG_KK, LANG_RU, LANG_EN, LANG_COUNT };

/* "kk", "ru", "en". */
const char *lang_code(enum lang lang);
bool lang_parse(struct str s, enum lang *out);

struct ctx {
	struct arena *arena; /* lives as long as this call */
	const struct clock *clock;
	enum lang lang; /* of the person who asked */
	uint64_t trace; /* of this call; in every log line and error answer */
	struct err_slot err;
};

/*
 * fail(cx, CODE, "detail %d", n): records the error and returns its class. Once, at the origin;
 * everyone above passes it on with TRY(). The detail is a short fact, may be "" and must not hold
 * a personal number.
 */
#define fail(cx, code, ...) fail_at((cx), ERR_##code, __FILE__, __LINE__, 0, "", __VA_ARGS__)
/* The same with the line of the input (0 = none) and the field ("" = none). */
#define fail_in(cx, line, field, code, ...)                                                        \
	fail_at((cx), ERR_##code, __FILE__, __LINE__, (line), (field), __VA_ARGS__)

__attribute__((format(printf, 7, 8), cold)) ST fail_at(struct ctx *cx, enum err code,
	const char *file, int source_line, size_t line, const char *field, const char *fmt, ...);

/* Forgets the error, for a caller that goes on after one. */
void err_clear(struct ctx *cx);

#define TRY(x)                                                                                     \
	do {                                                                                       \
		enum st try_st_ = (x);                                                             \
		if (try_st_ != OK)                                                                 \
			return try_st_;                                                            \
	} while (0)

#endif
