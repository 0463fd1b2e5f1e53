/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Civil days and contribution months. Both count from a fixed origin and are types of their own;
 * the database and the formats see 20260131 and 202601.
 */
#ifndef DOMAIN_DAY_H
#define DOMAIN_DAY_H

#include "base/ctx.h"

/* Days since 1970-01-01. */
struct day {
	int32_t n;
};
/* Months since January of year 0: year * 12 + month - 1. */
struct month {
	int32_t n;
};

/* Earliest and latest day that is accepted from outside. */
#define DAY_MIN day_of(1850, 1, 1)
#define DAY_MAX day_of(2099, 12, 31)
/* Stands for "not known" and "no end"; after every real day. Adding to it leaves it. */
#define DAY_NEVER ((struct day){INT32_MAX})
#define MONTH_NEVER ((struct month){INT32_MAX})
/* As a start: since birth, from the beginning; before every real day. Adding to it leaves it. */
#define DAY_ALWAYS ((struct day){INT32_MIN})

/* Proleptic Gregorian calendar; `mon` 1..12, `mday` 1..31 and must exist. */
struct day day_of(int year, int mon, int mday);
struct month month_of(int year, int mon);

/* Of a real day of the years 1 … 9999. */
void day_split(struct day d, int *year, int *mon, int *mday);
static inline int month_year(struct month m)
{
	return m.n / 12;
}
/* 1..12 */
static inline int month_number(struct month m)
{
	return m.n % 12 + 1;
}

static inline int day_cmp(struct day a, struct day b)
{
	return (a.n > b.n) - (a.n < b.n);
}
static inline int month_cmp(struct month a, struct month b)
{
	return (a.n > b.n) - (a.n < b.n);
}
static inline struct month month_add(struct month m, int months)
{
	return m.n == MONTH_NEVER.n ? m : (struct month){m.n + months};
}
static inline struct day day_add(struct day d, int days)
{
	return d.n == DAY_NEVER.n || d.n == DAY_ALWAYS.n ? d : (struct day){d.n + days};
}

/* MONTH_NEVER for DAY_NEVER, January of year 0 for DAY_ALWAYS; and back: never stays never. */
struct month day_month(struct day d);
struct day month_first(struct month m);
struct day month_last(struct month m);
/* 1 = Monday … 7 = Sunday. */
int day_weekday(struct day d);

/* 20260131 <-> day, 202601 <-> month; false when it is not one. DAY_NEVER is 99991231. */
int64_t day_number(struct day d);
bool day_from_number(int64_t n, struct day *out);
int64_t month_to_number(struct month m);
bool month_from_number(int64_t n, struct month *out);

/* "2026-01-31", "2026-01". Errors: VALUE_MISSING, DAY_FORMAT / MONTH_FORMAT, DAY_RANGE. */
ST day_parse(struct ctx *cx, struct str text, struct day *out);
ST month_parse(struct ctx *cx, struct str text, struct month *out);
void day_put(struct buf *b, struct day d);
void month_put(struct buf *b, struct month m);
/* The same into room for that many characters, without a zero byte. */
enum { DAY_CHARS = 10, MONTH_CHARS = 7 };
void day_write(char out[DAY_CHARS], struct day d);
void month_write(char out[MONTH_CHARS], struct month m);

/* The civil day in Astana (UTC+5 since 2024-03-01, UTC+6 before): the only way from an instant. */
struct day day_in_astana(struct instant at);
/* First instant of that day. */
struct instant day_start(struct day d);
/*
 * "2026-11-22T18:00:00Z", "2026-11-22T23:00:00.5+05:00" (RFC 3339), or a day: its first instant in
 * Astana. Errors as day_parse().
 */
ST instant_parse(struct ctx *cx, struct str text, struct instant *out);

#endif
