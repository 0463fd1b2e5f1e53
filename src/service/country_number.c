/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that belong to nobody: right in form, with serials that are not issued.
 */
#include "service/country_parts.h"

#include "base/check.h"

/* A serial: where it stands, and which ones replace those that have no check digit. */
struct serials {
	unsigned at, digits;
	unsigned first; /* the spare ones come first, then those that are given out */
	unsigned spare;
};

static const struct serials person_serials = {7, 4, 9900, 10};
static const struct serials employer_serials = {6, 5, 99000, 60};

static int put(char *d, const struct serials *s, unsigned number)
{
	for (unsigned k = s->digits; k-- > 0; number /= 10)
		d[s->at + k] = (char)('0' + number % 10);
	return iin_check_digit(d);
}

/* For about one serial in 120 no check digit exists; each of these gets a spare one of its own. */
static void put_serial(char *d, const struct serials *s, unsigned n)
{
	int check = put(d, s, s->first + s->spare + n);
	unsigned rank = 0, spare = 0;

	if (check < 0) {
		for (unsigned k = 0; k < n; k++)
			rank += put(d, s, s->first + s->spare + k) < 0;
		for (; spare < s->spare; spare++) {
			check = put(d, s, s->first + spare);
			if (check >= 0 && rank-- == 0)
				break;
		}
		must(spare < s->spare);
	}
	d[11] = (char)('0' + check);
}

static void put_two(char *d, int v)
{
	d[0] = (char)('0' + v / 10);
	d[1] = (char)('0' + v % 10);
}

struct iin country_iin(struct day born, bool female, unsigned n)
{
	struct iin iin;
	int year, mon, mday;

	must(n < COUNTRY_SERIALS);
	day_split(born, &year, &mon, &mday);
	must(year >= 1800 && year < 2100);
	put_two(iin.d, year % 100);
	put_two(iin.d + 2, mon);
	put_two(iin.d + 4, mday);
	/* 1 and 2 are the nineteenth century, 3 and 4 the twentieth; odd is male. */
	iin.d[6] = (char)('1' + (year - 1800) / 100 * 2 + female);
	put_serial(iin.d, &person_serials, n);
	return iin;
}

struct iin country_bin(size_t employer)
{
	struct iin bin;
	struct month registered =
		month_add(month_of(2000, 1), (int)(employer / COUNTRY_EMPLOYER_SERIALS));

	put_two(bin.d, month_year(registered) % 100);
	put_two(bin.d + 2, month_number(registered));
	/* A resident legal entity, its head office. */
	bin.d[4] = '4';
	bin.d[5] = '0';
	put_serial(bin.d, &employer_serials, (unsigned)(employer % COUNTRY_EMPLOYER_SERIALS));
	return bin;
}

/* The first 29 February on or after `d`. */
static struct day next_leap_day(struct day d)
{
	int year, mon, mday;
	struct day leap;

	day_split(d, &year, &mon, &mday);
	for (;; year++)
		if (day_from_number(year * 10000 + 229, &leap) && day_cmp(leap, d) >= 0)
			return leap;
}

struct day country_common_day(struct day start, int n)
{
	struct day d = day_add(start, n), leap = next_leap_day(start);

	for (; day_cmp(leap, d) <= 0; leap = next_leap_day(day_add(leap, 1)))
		d = day_add(d, 1);
	return d;
}

int country_common_days(struct day start, struct day end)
{
	int days = end.n - start.n;

	for (struct day leap = next_leap_day(start); day_cmp(leap, end) < 0;
		leap = next_leap_day(day_add(leap, 1)))
		days--;
	return days;
}
