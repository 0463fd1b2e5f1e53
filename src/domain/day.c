/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/day.h"

#include "base/check.h"

/* Days from civil and back: the usual era arithmetic of 400 years = 146 097 days. */
static int32_t days_of(int year, int mon, int mday)
{
	int y = mon <= 2 ? year - 1 : year;
	int era = y / 400;
	int yoe = y - era * 400;
	int doy = (153 * (mon + (mon > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int mon)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[mon - 1] + (mon == 2 && leap(year));
}

static bool exists(int year, int mon, int mday)
{
	return year >= 1 && mon >= 1 && mon <= 12 && mday >= 1 && mday <= month_days(year, mon);
}

struct day day_of(int year, int mon, int mday)
{
	must(year <= 9999 && exists(year, mon, mday));
	return (struct day){days_of(year, mon, mday)};
}

struct month month_of(int year, int mon)
{
	must(year >= 0 && year <= 9999 && mon >= 1 && mon <= 12);
	return (struct month){year * 12 + mon - 1};
}

/* 0001-01-01 and 9999-12-31. */
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 };

void day_split(struct day d, int *year, int *mon, int *mday)
{
	must(d.n >= FIRST_DAY && d.n <= LAST_DAY);
	/* Not negative in this range, and dividing is cheaper without a sign. */
	unsigned z = (unsigned)(d.n + 719468);
	unsigned era = z / 146097;
	unsigned doe = z - era * 146097;
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*mday = (int)(doy - (153 * mp + 2) / 5 + 1);
	*mon = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400) + (*mon <= 2);
}

struct month day_month(struct day d)
{
	int year, mon, mday;

	if (d.n == DAY_NEVER.n)
		return MONTH_NEVER;
	if (d.n == DAY_ALWAYS.n)
		return (struct month){0};
	day_split(d, &year, &mon, &mday);
	return (struct month){year * 12 + mon - 1};
}

struct day month_first(struct month m)
{
	if (m.n == MONTH_NEVER.n)
		return DAY_NEVER;
	must(m.n >= 0 && month_year(m) <= 10000);
	return (struct day){days_of(month_year(m), month_number(m), 1)};
}

struct day month_last(struct month m)
{
	return day_add(month_first(month_add(m, 1)), -1);
}

int day_weekday(struct day d)
{
	/* 1970-01-01 was a Thursday. */
	int w = (d.n + 3) % 7;

	return (w < 0 ? w + 7 : w) + 1;
}

int64_t day_number(struct day d)
{
	int year, mon, mday;

	if (d.n == DAY_NEVER.n)
		return 99991231;
	day_split(d, &year, &mon, &mday);
	return year * 10000 + mon * 100 + mday;
}

bool day_from_number(int64_t n, struct day *out)
{
	int year, mon, mday;

	if (n == 99991231) {
		*out = DAY_NEVER;
		return true;
	}
	if (n < 10101 || n > 99991231)
		return false;
	year = (int)(n / 10000);
	mon = (int)(n / 100 % 100);
	mday = (int)(n % 100);
	if (!exists(year, mon, mday))
		return false;
	*out = day_of(year, mon, mday);
	return true;
}

int64_t month_to_number(struct month m)
{
	return month_year(m) * 100 + month_number(m);
}

bool month_from_number(int64_t n, struct month *out)
{
	if (n < 101 || n > 999912 || n % 100 < 1 || n % 100 > 12)
		return false;
	*out = month_of((int)(n / 100), (int)(n % 100));
	return true;
}

/* Exactly `n` decimal digits at `p`. */
static bool digits(const char *p, unsigned n, int *out)
{
	*out = 0;
	for (unsigned i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*out = *out * 10 + (p[i] - '0');
	}
	return true;
}

enum st day_parse(struct ctx *cx, struct str text, struct day *out)
{
	struct str s = str_trim(text);
	int year, mon, mday;

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s.p, 4, &year) ||
		!digits(s.p + 5, 2, &mon) || !digits(s.p + 8, 2, &mday) || !exists(year, mon, mday))
		return fail(cx, DAY_FORMAT, "%s", "");
	struct day d = day_of(year, mon, mday);
	if (day_cmp(d, DAY_MIN) < 0 || day_cmp(d, DAY_MAX) > 0)
		return fail(cx, DAY_RANGE, "%s", "");
	*out = d;
	return OK;
}

enum st month_parse(struct ctx *cx, struct str text, struct month *out)
{
	struct str s = str_trim(text);
	int year, mon;

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (s.n != 7 || s.p[4] != '-' || !digits(s.p, 4, &year) || !digits(s.p + 5, 2, &mon) ||
		mon < 1 || mon > 12)
		return fail(cx, MONTH_FORMAT, "%s", "");
	*out = month_of(year, mon);
	return OK;
}

/* The two digits of 0 … 99. */
static inline void two_digits(char *p, int v)
{
	p[0] = (char)('0' + v / 10);
	p[1] = (char)('0' + v % 10);
}

/* "2026-01" */
static inline void write_month(char *out, int year, int mon)
{
	two_digits(out, year / 100);
	two_digits(out + 2, year % 100);
	out[4] = '-';
	two_digits(out + 5, mon);
}

void day_write(char out[DAY_CHARS], struct day d)
{
	int year, mon, mday;

	day_split(d, &year, &mon, &mday);
	write_month(out, year, mon);
	out[7] = '-';
	two_digits(out + 8, mday);
}

void month_write(char out[MONTH_CHARS], struct month m)
{
	must(m.n >= 0 && month_year(m) <= 9999);
	write_month(out, month_year(m), month_number(m));
}

void day_put(struct buf *b, struct day d)
{
	char text[DAY_CHARS];

	day_write(text, d);
	buf_put(b, text, sizeof(text));
}

void month_put(struct buf *b, struct month m)
{
	char text[MONTH_CHARS];

	month_write(text, m);
	buf_put(b, text, sizeof(text));
}

/* Astana kept UTC+6 from 2004-10-31 until the country went to one zone on 2024-03-01. */
static int64_t offset_us(int64_t utc_us)
{
	const int64_t hour = 3600LL * 1000000;
	const int64_t one_zone =
		1709229600LL * 1000000; /* 2024-02-29T18:00Z = 2024-03-01 in UTC+6 */

	return (utc_us < one_zone ? 6 : 5) * hour;
}

static int64_t floor_days(int64_t us)
{
	const int64_t day = 86400LL * 1000000;

	return us / day - (us % day < 0);
}

struct day day_in_astana(struct instant at)
{
	return (struct day){(int32_t)floor_days(at.us + offset_us(at.us))};
}

struct instant day_start(struct day d)
{
	must(d.n >= FIRST_DAY && d.n <= LAST_DAY);
	int64_t local = d.n * 86400LL * 1000000;
	int64_t guess = local - offset_us(local);

	return (struct instant){local - offset_us(guess)};
}

/* "HH:MM:SS[.fraction](Z|+HH:MM|-HH:MM)" as microseconds from the start of the UTC day. */
static bool time_of_day(struct str s, int64_t *us)
{
	int hour, minute, second, zone_hour = 0, zone_minute = 0, sign = 1;
	int64_t fraction = 0, unit = 100000;
	size_t i = 8;

	if (s.n < 9 || s.p[2] != ':' || s.p[5] != ':' || !digits(s.p, 2, &hour) ||
		!digits(s.p + 3, 2, &minute) || !digits(s.p + 6, 2, &second) || hour > 23 ||
		minute > 59 || second > 59)
		return false;
	if (s.p[i] == '.') {
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, unit /= 10)
			fraction += (s.p[i] - '0') * unit;
	}
	if (s.n - i == 6 && (s.p[i] == '+' || s.p[i] == '-')) {
		sign = s.p[i] == '+' ? 1 : -1;
		if (s.p[i + 3] != ':' || !digits(s.p + i + 1, 2, &zone_hour) ||
			!digits(s.p + i + 4, 2, &zone_minute) || zone_hour > 14 || zone_minute > 59)
			return false;
	} else if (s.n - i != 1 || s.p[i] != 'Z') {
		return false;
	}
	*us = ((hour - sign * zone_hour) * 3600LL + (minute - sign * zone_minute) * 60LL + second) *
		      1000000 +
	      fraction;
	return true;
}

enum st instant_parse(struct ctx *cx, struct str text, struct instant *out)
{
	struct str s = str_trim(text);
	struct day day;
	int64_t us;

	if (s.n <= 10) {
		TRY(day_parse(cx, s, &day));
		*out = day_start(day);
		return OK;
	}
	TRY(day_parse(cx, (struct str){s.p, 10}, &day));
	if (s.p[10] != 'T' || !time_of_day((struct str){s.p + 11, s.n - 11}, &us))
		return fail(cx, DAY_FORMAT, "%s", "");
	out->us = day.n * 86400LL * 1000000 + us;
	return OK;
}
