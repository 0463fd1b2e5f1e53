/* SPDX-License-Identifier: Apache-2.0 */
/*
 * struct coverage_map as bytes for the summary row. Version 1:
 *
 *	byte     version
 *	byte     bit 0: in the system
 *	varint   first month
 *	12 sets  each: number of stretches, then gap and length of each
 *	varint   number of intervals, each: kind * 32 + detail, first day, length (0 = still runs)
 *	varint   number of months with payments, each: what differs from the month before
 *
 * Numbers are LEB128 varints, months count from 2017-01, days from 2017-01-01. The typical person
 * with six years of wages takes 100 to 300 bytes.
 */
#include "rules/coverage.h"

#include "base/check.h"
#include "limits.h"

enum { VERSION = 1, FLAG_IN_SYSTEM = 1, SET_COUNT = 12, DETAIL_MAX = 32 };

/* Bits of the first byte of a month with payments. */
enum {
	MONTH_SKIPS = 1,    /* months without payments lie before it: their number follows */
	MONTH_KIND = 2,     /* another payer kind than before follows */
	MONTH_SUMS = 4,     /* other sums than before follow */
	MONTH_PAID_LATE = 8 /* not paid as many days after its month as the one before: follows */
};

static struct day day_zero(void)
{
	return month_first(MONTHSET_FIRST);
}

static void list_sets(struct coverage_map *map, struct monthset *sets[SET_COUNT])
{
	struct coverage_hot *hot = &map->hot;
	struct monthset *all[SET_COUNT] = {&hot->applicable, &hot->paid, &hot->state, &hot->exempt,
		&hot->prepaid, &hot->independent, &map->employer_owes, &map->entrepreneur_owes,
		&map->farm_owes, &map->practice_owes, &map->partly, &map->returned};

	memcpy(sets, all, sizeof(all));
}

/* ---- Writing -------------------------------------------------------------------------------- */

static void put(struct buf *b, uint64_t v)
{
	while (v >= 0x80) {
		buf_char(b, (char)(v | 0x80));
		v >>= 7;
	}
	buf_char(b, (char)v);
}

static void put_signed(struct buf *b, int64_t v)
{
	put(b, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

/* First index >= i whose bit is `want`, or MONTHSET_BITS. */
static int next_index(const struct monthset *s, int i, bool want)
{
	for (; i < MONTHSET_BITS; i = (i | 63) + 1) {
		uint64_t w = want ? s->w[i >> 6] : ~s->w[i >> 6];

		w >>= i & 63;
		if (w)
			return i + __builtin_ctzll(w);
	}
	return MONTHSET_BITS;
}

static void put_set(struct buf *b, const struct monthset *s)
{
	int stretches[MONTHSET_BITS + 1], n = 0, at = 0;

	for (int from = next_index(s, 0, true); from < MONTHSET_BITS;) {
		int end = next_index(s, from, false);

		stretches[n++] = from - at;
		stretches[n++] = end - from;
		at = end;
		from = next_index(s, end, true);
	}
	put(b, (uint64_t)n / 2);
	for (int i = 0; i < n; i++)
		put(b, (uint64_t)stretches[i]);
}

static void put_interval(struct buf *b, const struct coverage_interval *in)
{
	put(b, (uint64_t)in->kind * DETAIL_MAX + in->detail);
	put(b, (uint64_t)(in->from.n - day_zero().n));
	put(b, in->to.n == DAY_NEVER.n ? 0 : (uint64_t)(in->to.n - in->from.n) + 1);
}

static bool same_sums(const struct money *a, const struct money *b)
{
	for (int i = 0; i < KNP_COUNT; i++)
		if (money_cmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static void put_sums(struct buf *b, const struct money *sums)
{
	unsigned which = 0;

	for (int i = 0; i < KNP_COUNT; i++)
		if (!money_is_zero(sums[i]))
			which |= 1U << i;
	buf_char(b, (char)which);
	for (int i = 0; i < KNP_COUNT; i++)
		if (which >> i & 1)
			put(b, (uint64_t)money_to_tiyn(sums[i]));
}

/* Days from the first day of the month to the payment. */
static int32_t delay(const struct coverage_detail *d)
{
	return d->paid_on.n - month_first(d->month).n;
}

static void put_detail(
	struct buf *b, const struct coverage_detail *before, const struct coverage_detail *d)
{
	int skipped = d->month.n - before->month.n - 1;
	int moved = delay(d) - delay(before);
	unsigned flags = 0;

	flags |= skipped ? MONTH_SKIPS : 0;
	flags |= d->payer_kind != before->payer_kind ? MONTH_KIND : 0;
	flags |= same_sums(d->sums, before->sums) ? 0 : MONTH_SUMS;
	flags |= moved ? MONTH_PAID_LATE : 0;
	buf_char(b, (char)flags);
	if (flags & MONTH_SKIPS)
		put(b, (uint64_t)skipped);
	if (flags & MONTH_KIND)
		buf_char(b, (char)d->payer_kind);
	if (flags & MONTH_SUMS)
		put_sums(b, d->sums);
	if (flags & MONTH_PAID_LATE)
		put_signed(b, moved);
}

static struct coverage_detail before_all(void)
{
	struct month m = month_add(MONTHSET_FIRST, -1);

	return (struct coverage_detail){.month = m, .paid_on = month_first(m)};
}

void coverage_map_write(const struct coverage_map *map, struct buf *out)
{
	const struct coverage_hot *hot = &map->hot;
	struct coverage_map copy = *map;
	struct monthset *sets[SET_COUNT];
	struct coverage_detail before = before_all();

	buf_char(out, VERSION);
	buf_char(out, hot->in_system ? FLAG_IN_SYSTEM : 0);
	put(out, (uint64_t)monthset_index(hot->first));
	list_sets(&copy, sets);
	for (int i = 0; i < SET_COUNT; i++)
		put_set(out, sets[i]);
	put(out, hot->interval_count);
	for (uint32_t i = 0; i < hot->interval_count; i++)
		put_interval(out, &hot->intervals[i]);
	put(out, map->detail_count);
	for (size_t i = 0; i < map->detail_count; i++) {
		put_detail(out, &before, &map->details[i]);
		before = map->details[i];
	}
}

/* ---- Reading -------------------------------------------------------------------------------- */

struct reader {
	const unsigned char *p, *end;
	bool bad;
};

static uint64_t refuse(struct reader *r)
{
	r->bad = true;
	r->p = r->end;
	return 0;
}

static unsigned get_byte(struct reader *r)
{
	return r->p < r->end ? *r->p++ : (unsigned)refuse(r);
}

/* At most `max`, in the shortest form. */
static uint64_t get(struct reader *r, uint64_t max)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		unsigned c = get_byte(r);

		v |= (uint64_t)(c & 0x7f) << shift;
		if (c & 0x80)
			continue;
		if ((c == 0 && shift) || v > max)
			return refuse(r);
		return v;
	}
	return refuse(r);
}

static int64_t get_signed(struct reader *r, uint64_t max)
{
	uint64_t v = get(r, max);

	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static void get_set(struct reader *r, struct monthset *s)
{
	uint64_t n = get(r, MONTHSET_BITS / 2);
	int at = 0;

	for (uint64_t i = 0; i < n; i++) {
		int gap = (int)get(r, MONTHSET_BITS), length = (int)get(r, MONTHSET_BITS);

		/* Two stretches that touch would be one. */
		if (r->bad || length == 0 || (gap == 0 && i) || at + gap + length > MONTHSET_BITS) {
			refuse(r);
			return;
		}
		at += gap + length;
		monthset_add_range(s, monthset_month(at - length), monthset_month(at - 1));
	}
}

static bool detail_fits(unsigned kind, unsigned detail)
{
	if (kind == SPELL_CATEGORY)
		return detail < CATEGORY_COUNT;
	if (kind == SPELL_EXEMPT)
		return detail < EXEMPT_COUNT;
	return kind == SPELL_TEMPORARY_STATUS && detail == 0;
}

static void get_interval(struct reader *r, struct coverage_interval *in)
{
	uint64_t most = (uint64_t)(DAY_MAX.n - day_zero().n);
	unsigned code = (unsigned)get(r, SPELL_COUNT * DETAIL_MAX);
	uint64_t from = get(r, most), length = get(r, most + 1);

	if (!detail_fits(code / DETAIL_MAX, code % DETAIL_MAX) || from + length > most + 1) {
		refuse(r);
		return;
	}
	in->kind = (enum spell_kind)(code / DETAIL_MAX);
	in->detail = (uint8_t)(code % DETAIL_MAX);
	in->from = day_add(day_zero(), (int)from);
	in->to = length ? day_add(in->from, (int)length - 1) : DAY_NEVER;
}

static void get_intervals(struct reader *r, struct arena *arena, struct coverage_hot *hot)
{
	/* Rows of the law cut a spell into several intervals. */
	uint32_t n = (uint32_t)get(r, LIMIT_INTERVALS_PER_PERSON);
	struct coverage_interval *intervals;

	/* Each takes at least three bytes, so hostile counts reserve little. */
	if (n > (size_t)(r->end - r->p) / 3) {
		refuse(r);
		return;
	}
	intervals = n ? arena_array(arena, n, sizeof(*intervals)) : NULL;
	for (uint32_t i = 0; i < n && !r->bad; i++) {
		get_interval(r, &intervals[i]);
		hot->temporary = hot->temporary || intervals[i].kind == SPELL_TEMPORARY_STATUS;
		if (i && day_cmp(intervals[i].from, intervals[i - 1].from) < 0)
			refuse(r);
	}
	hot->intervals = intervals;
	hot->interval_count = n;
}

static void get_sums(struct reader *r, struct money *sums)
{
	unsigned which = get_byte(r);

	if (which >> KNP_COUNT)
		refuse(r);
	for (int i = 0; i < KNP_COUNT; i++) {
		sums[i] = MONEY_ZERO;
		if (!(which >> i & 1))
			continue;
		sums[i] = money_tiyn((int64_t)get(r, INT64_MAX));
		if (money_is_zero(sums[i]))
			refuse(r);
	}
}

static void get_detail(
	struct reader *r, const struct coverage_detail *before, struct coverage_detail *d)
{
	unsigned flags = get_byte(r);
	int skipped = flags & MONTH_SKIPS ? (int)get(r, MONTHSET_BITS) : 0;
	int moved = 0;

	*d = *before;
	d->month = month_add(before->month, 1 + skipped);
	if (flags & MONTH_KIND)
		d->payer_kind = (enum payer_kind)get_byte(r);
	if (flags & MONTH_SUMS)
		get_sums(r, d->sums);
	if (flags & MONTH_PAID_LATE)
		moved = (int)get_signed(r, 1 << 20);
	if (r->bad || flags > 15 || !monthset_fits(d->month) || d->payer_kind >= PAYER_COUNT) {
		refuse(r);
		return;
	}
	d->paid_on = day_add(month_first(d->month), delay(before) + moved);
	if (day_cmp(d->paid_on, DAY_MIN) < 0 || day_cmp(d->paid_on, DAY_MAX) > 0)
		refuse(r);
}

static void get_details(struct reader *r, struct arena *arena, struct coverage_map *map)
{
	size_t n = (size_t)get(r, MONTHSET_BITS);
	struct coverage_detail before = before_all();

	map->details = n ? arena_array(arena, n, sizeof(*map->details)) : NULL;
	for (size_t i = 0; i < n && !r->bad; i++) {
		get_detail(r, &before, &map->details[i]);
		before = map->details[i];
	}
	map->detail_count = n;
}

enum st coverage_map_read(struct ctx *cx, struct str bytes, struct coverage_map *out)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	struct reader r = {p, p + bytes.n, false};
	struct monthset *sets[SET_COUNT];
	unsigned flags;

	*out = (struct coverage_map){0};
	if (get_byte(&r) != VERSION)
		refuse(&r);
	flags = get_byte(&r);
	if (flags & ~(unsigned)FLAG_IN_SYSTEM)
		refuse(&r);
	out->hot.in_system = flags & FLAG_IN_SYSTEM;
	out->hot.first = monthset_month((int)get(&r, 1 << 20));
	list_sets(out, sets);
	for (int i = 0; i < SET_COUNT; i++)
		get_set(&r, sets[i]);
	get_intervals(&r, cx->arena, &out->hot);
	get_details(&r, cx->arena, out);
	if (r.bad || r.p != r.end) {
		*out = (struct coverage_map){0};
		return fail(cx, DB_BROKEN, "%s", "coverage row");
	}
	return OK;
}
