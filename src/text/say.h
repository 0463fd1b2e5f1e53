/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for people. Every text stands in po/{kk,ru,en}.po under a key like st.grace.x; po2c turns
 * the three files into enum msg (text/msg.h, "st.grace.x" = MSG_st_grace_x) and tables. A message
 * names its parameters in braces, {date}; the parameters carry their type and are written as the
 * language writes them: no suffix is ever glued to one.
 */
#ifndef TEXT_SAY_H
#define TEXT_SAY_H

#include "domain/day.h"
#include "domain/money.h"
#include "domain/rate.h"
#include "text/msg.h"

enum arg_type {
	ARG_STR,   /* text as it is (escaped by the page if need be) */
	ARG_COUNT, /* 1234 -> "1 234"; also chooses the plural form when named {n} */
	ARG_MONEY, /* "4 250 ₸" */
	ARG_DAY, /* kk "2026 жылғы 5 қараша", ru "5 ноября 2026 года", en "5 November 2026" */
	ARG_MONTH, /* kk "2026 жылғы қараша", ru "ноябрь 2026", en "November 2026" */
	ARG_PERCENT, /* "3 %" or "3%" */
	ARG_TIMES,   /* millionths as a decimal number: "1,4" or "1.4", "20" */
	ARG_MESSAGE, /* another message without parameters */
};

struct arg {
	const char *name;
	enum arg_type type;
	union {
		struct str str;
		int64_t count;
		struct money money;
		struct day day;
		struct month month;
		struct rate rate;
		enum msg msg;
	};
};

static inline struct arg arg_str(const char *name, struct str v)
{
	return (struct arg){.name = name, .type = ARG_STR, .str = v};
}
static inline struct arg arg_count(const char *name, int64_t v)
{
	return (struct arg){.name = name, .type = ARG_COUNT, .count = v};
}
static inline struct arg arg_money(const char *name, struct money v)
{
	return (struct arg){.name = name, .type = ARG_MONEY, .money = v};
}
static inline struct arg arg_day(const char *name, struct day v)
{
	return (struct arg){.name = name, .type = ARG_DAY, .day = v};
}
static inline struct arg arg_month(const char *name, struct month v)
{
	return (struct arg){.name = name, .type = ARG_MONTH, .month = v};
}
static inline struct arg arg_percent(const char *name, struct rate v)
{
	return (struct arg){.name = name, .type = ARG_PERCENT, .rate = v};
}
static inline struct arg arg_times(const char *name, int64_t millionths)
{
	return (struct arg){.name = name, .type = ARG_TIMES, .count = millionths};
}
static inline struct arg arg_msg(const char *name, enum msg v)
{
	return (struct arg){.name = name, .type = ARG_MESSAGE, .msg = v};
}

/* Appends message `m` in `lang`. A parameter that the message names must be among `args`. */
void say(struct buf *b, enum lang lang, enum msg m, const struct arg *args, size_t n);
/* A message without parameters, as it stands in the table. */
struct str say_plain(enum lang lang, enum msg m);
/* The message with this key ("err.iin_checksum"); false when there is none. */
bool say_find(const char *key, enum msg *out);

/* Single values, as say() writes them. */
void say_money(struct buf *b, enum lang lang, struct money v);
void say_day(struct buf *b, enum lang lang, struct day v);
/* "05.11.2026" in kk and ru, "5 Nov 2026" in en. */
void say_day_short(struct buf *b, enum lang lang, struct day v);
void say_month(struct buf *b, enum lang lang, struct month v);
/* Name of the month alone (1..12), long and short ("қаң."). */
struct str say_month_name(enum lang lang, int number);
struct str say_month_short(enum lang lang, int number);
void say_count(struct buf *b, enum lang lang, int64_t v);
void say_percent(struct buf *b, enum lang lang, struct rate v);
/* "05.11.2026 14:30" in Astana time. */
void say_instant(struct buf *b, enum lang lang, struct instant at);

/* Names of domain codes, from the messages payer.*, category.* and so on. */
struct str say_code(enum lang lang, const char *group, const char *code);

/* "You can try again in 5 minutes": rounded up to whole minutes, then hours; 0 = later. */
void say_wait(struct buf *b, enum lang lang, int64_t seconds);

/* The error in the slot, as one sentence: err.<name> with {line}, {field}, {detail} filled in,
 * and {wait}: what say_wait() says of `line`. */
void say_error(struct buf *b, enum lang lang, const struct err_slot *err);

#endif
