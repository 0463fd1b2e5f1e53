/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled messages: keys sorted by byte order, one row per language. Only say.c reads it.
 */
#ifndef TEXT_MSG_TABLE_H
#define TEXT_MSG_TABLE_H

#include "base/ctx.h"
#include "text/msg.h"

struct msg_text {
	int forms; /* 1, or the number of plural forms of the language */
	const char *form[3];
};

extern const char *const msg_keys[MSG_COUNT];
extern const struct msg_text msg_texts[LANG_COUNT][MSG_COUNT];

#endif
