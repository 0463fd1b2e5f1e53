/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook.h"

#include "base/check.h"
#include "rules/lawbook_parts.h"

struct sha256 lawbook_digest(const struct lawbook *book)
{
	return book->digest;
}

struct month lawbook_first(const struct lawbook *book)
{
	return book->first;
}

struct month lawbook_last(const struct lawbook *book)
{
	return book->last;
}

const struct law_rate *lawbook_rates(const struct lawbook *book, size_t *count)
{
	*count = book->rates.count;
	return book->rates.items;
}

const struct law_special *lawbook_specials(const struct lawbook *book, size_t *count)
{
	*count = book->specials.count;
	return book->specials.items;
}

/* The row index of any code of the kind in this month; LAW_NO_VALUE before LAW_NO_ROW. */
static uint16_t any_row(const struct lawbook *b, enum payer_kind kind, int m)
{
	uint16_t best = LAW_NO_ROW;

	for (int knp = 0; knp < KNP_COUNT; knp++)
		for (int place = 0; place < LAW_PLACES; place++)
			if (b->rate_at[kind][knp][place][m] < best)
				best = b->rate_at[kind][knp][place][m];
	return best;
}

void lawbook_reach(
	const struct lawbook *book, enum payer_kind kind, struct month *first, struct month *last)
{
	*first = MONTH_NEVER;
	*last = (struct month){-1};
	for (int m = 0; m < MONTHSET_BITS; m++) {
		if (any_row(book, kind, m) >= LAW_NO_VALUE)
			continue;
		if (month_cmp(*first, MONTH_NEVER) == 0)
			*first = monthset_month(m);
		*last = monthset_month(m);
	}
}

enum st lawbook_unit(struct ctx *cx, const struct lawbook *book, enum law_unit unit, struct day on,
	struct money *out, struct law_cite *cite)
{
	const struct law_unit_value *v = law_unit_at(book, unit, on);
	size_t n = book->units[unit].count;

	if (!v && n && day_cmp(on, book->units[unit].items[n - 1].to) > 0)
		return fail(cx, LAW_NOT_YET, "%lld", (long long)month_to_number(day_month(on)));
	if (!v)
		return fail(cx, LAW_NO_RULE, "%lld", (long long)month_to_number(day_month(on)));
	*out = v->value;
	if (cite)
		*cite = v->cite;
	return OK;
}

/* Why there is no row of the kind in this month. */
static enum st no_rate(
	struct ctx *cx, const struct lawbook *b, enum payer_kind kind, struct month m)
{
	const char *code = payer_code(kind);
	int year = month_year(m), number = month_number(m);
	struct month first, last;

	if (month_cmp(m, b->first) < 0)
		return fail(cx, LAW_NO_RULE, "%s, %d-%02d", code, year, number);
	if (month_cmp(m, b->last) > 0)
		return fail(cx, LAW_NOT_YET, "%s, %d-%02d", code, year, number);
	if (any_row(b, kind, monthset_index(m)) == LAW_NO_ROW)
		return fail(cx, LAW_KIND_ENDED, "%s, %d-%02d", code, year, number);
	lawbook_reach(b, kind, &first, &last);
	if (month_cmp(m, last) > 0)
		return fail(cx, LAW_NOT_YET, "%s, %d-%02d", code, year, number);
	return fail(cx, LAW_NO_RULE, "%s, %d-%02d", code, year, number);
}

enum st lawbook_rate(struct ctx *cx, const struct lawbook *book, enum payer_kind kind, enum knp knp,
	struct month month, bool place_village, const struct law_rate **out)
{
	must((unsigned)kind < PAYER_COUNT && (unsigned)knp < KNP_COUNT);
	*out = NULL;
	if (month_cmp(month, book->first) < 0 || month_cmp(month, book->last) > 0)
		return no_rate(cx, book, kind, month);
	int m = monthset_index(month);
	uint16_t at = book->rate_at[kind][knp][place_village][m];

	if (at < LAW_NO_VALUE)
		*out = &book->rates.items[at];
	else if (at == LAW_NO_VALUE || any_row(book, kind, m) >= LAW_NO_VALUE)
		return no_rate(cx, book, kind, month);
	return OK;
}

enum st lawbook_fixed_sum(struct ctx *cx, const struct lawbook *book, enum payer_kind kind,
	struct month month, struct money *out)
{
	const struct law_rate *row;
	struct money base = MONEY_ZERO;

	TRY(lawbook_rate(cx, book, kind, KNP_CONTRIBUTION, month, false, &row));
	*out = MONEY_ZERO;
	if (!row || row->base != LAW_BASE_UNIT)
		return OK;
	must(money_multiple(row->unit_value, row->multiple, &base));
	must(money_scale(base, row->rate,
		lawbook_choice(book, D10) == D10_TENGE ? ROUND_HALF_UP_TENGE : ROUND_HALF_UP_TIYN,
		out));
	return OK;
}

const struct law_status *lawbook_status(const struct lawbook *book, struct day on)
{
	size_t i = book->status.count - 1;

	while (i > 0 && day_cmp(book->status.items[i].from, on) > 0)
		i--;
	return &book->status.items[i];
}

size_t lawbook_choice(const struct lawbook *book, enum law_open question)
{
	return lawbook_open(book, question)->chosen;
}

const struct law_open_question *lawbook_open(const struct lawbook *book, enum law_open question)
{
	must(question >= D1 && question < OPEN_COUNT);
	return &book->open[question];
}

#define HOLDS(row, on) (day_cmp((row).from, (on)) <= 0 && day_cmp((on), (row).to) <= 0)

const struct law_category *lawbook_category(
	const struct lawbook *book, enum category category, struct day on)
{
	for (size_t i = 0; i < book->categories.count; i++)
		if (book->categories.items[i].category == category &&
			HOLDS(book->categories.items[i], on))
			return &book->categories.items[i];
	return NULL;
}

const struct law_penalty *lawbook_penalty(const struct lawbook *book, struct day on)
{
	for (size_t i = 0; i < book->penalties.count; i++)
		if (HOLDS(book->penalties.items[i], on))
			return &book->penalties.items[i];
	return NULL;
}

const struct law_code *lawbook_code(const struct lawbook *book, enum knp knp, struct day on)
{
	for (size_t i = 0; i < book->codes.count; i++)
		if (book->codes.items[i].knp == knp && HOLDS(book->codes.items[i], on))
			return &book->codes.items[i];
	return NULL;
}

const struct law_requisites *lawbook_requisites(
	const struct lawbook *book, const char *role, struct day on)
{
	for (size_t i = 0; i < book->requisites.count; i++)
		if (str_is(book->requisites.items[i].role, role) &&
			HOLDS(book->requisites.items[i], on))
			return &book->requisites.items[i];
	return NULL;
}

bool lawbook_is_working_day(const struct lawbook *book, struct day d)
{
	int at = d.n - month_first(MONTHSET_FIRST).n;

	if (at < 0 || at >= LAW_DAYS)
		return day_weekday(d) < 6;
	return (book->working[at >> 6] >> (at & 63) & 1) != 0;
}

bool lawbook_calendar_provisional(const struct lawbook *book, int year)
{
	int bit = year - month_year(MONTHSET_FIRST);

	return bit < 0 || bit > 63 || (book->moved_years >> bit & 1) == 0;
}

int lawbook_due_day(
	const struct lawbook *book, enum payer_kind kind, struct month month, struct law_cite *cite)
{
	struct month m = month;

	if (month_cmp(m, MONTHSET_FIRST) < 0)
		m = MONTHSET_FIRST;
	if (month_cmp(m, MONTHSET_LAST) > 0)
		m = MONTHSET_LAST;
	const struct law_due *due = &book->dues.items[book->due_at[kind][monthset_index(m)]];

	if (cite)
		*cite = due->cite;
	return due->day;
}
