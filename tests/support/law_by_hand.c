/* SPDX-License-Identifier: Apache-2.0 */
#include "support/law_by_hand.h"

#include "base/check.h"
#include "domain/monthset.h"
#include "rules/deadline.h"

static struct law_cite cite(const char *article, uint8_t open)
{
	return (struct law_cite){
		.article = str_of(article), .source = STR_LIT("test"), .open = open};
}

static struct law_status base_row(void)
{
	return (struct law_status){
		.lookback = 12,
		.grace = 3,
		.grace_long = 3,
		.long_run = 60,
		.grace_state = 3,
		.three_months_count = 3,
		.prepay_months = 12,
		.first_month = month_of(2020, 1),
		.cite_right = cite("405-V art. 5(1)", 0),
		.cite_debt = cite("405-V art. 5(3)", 16),
		.cite_grace = cite("405-V art. 5(2)", 18),
		.cite_grace_long = cite("405-V art. 5(2)", 14),
		.cite_transition = cite("405-V art. 40", 0),
		.cite_three_months = cite("405-V art. 40", 0),
		.cite_prepay = cite("405-V art. 5(3)", 25),
		.cite_category = cite("405-V art. 26", 0),
		.cite_exempt = cite("405-V art. 28(7)", 0),
		.cite_eligible = cite("405-V art. 5(4)", 19),
		.cite_temporary = cite("practice", 0),
	};
}

void law_by_hand(struct lawbook *book)
{
	/* First days of the rows: transition, three months, nothing, prepayment, six months. */
	const struct day from[HAND_STATUS_ROWS] = {day_of(2017, 1, 1), day_of(2020, 1, 1),
		day_of(2020, 7, 1), day_of(2021, 7, 1), day_of(2022, 9, 5), day_of(2026, 1, 1)};

	*book = (struct lawbook){.due_day = 25};
	for (int i = 0; i < HAND_STATUS_ROWS; i++) {
		struct law_status *row = &book->status[i];

		*row = base_row();
		row->from = from[i];
		row->to = i + 1 < HAND_STATUS_ROWS ? day_add(from[i + 1], -1) : DAY_NEVER;
		row->transition = i == 1;
		row->three_months = i <= 2;
		row->prepay = i >= 4;
		row->grace_long = i == 5 ? 6 : 3;
	}
	book->others = (struct law_category){.from = day_of(2017, 7, 1), .to = DAY_NEVER};
	book->child = book->others;
	book->child.age_years = 18;
	book->crisis = (struct law_category){.from = day_of(2026, 1, 1), .to = DAY_NEVER};
}

/* Least monthly wage in tenge, law 2017-2026. */
static int64_t wage(int year)
{
	static const int64_t wages[] = {
		24459, 28284, 42500, 42500, 42500, 60000, 70000, 85000, 85000, 85000};

	return wages[year - 2017];
}

enum st lawbook_fixed_sum(struct ctx *cx, const struct lawbook *book, enum payer_kind kind,
	struct month month, struct money *out)
{
	int year = month_year(month);

	if (year < 2020)
		return fail(cx, LAW_NO_RULE, "%s", "");
	if (year > 2026)
		return fail(cx, LAW_NOT_YET, "%s", "");
	if (book->has_sum && !book->has_sum(kind, month))
		return fail(cx, LAW_NOT_YET, "%s", "");
	*out = book->sum;
	if (money_is_zero(book->sum))
		*out = money_tiyn(wage(year) * (kind == PAYER_INDEPENDENT ? 5 : 7));
	return OK;
}

const struct law_status *lawbook_status(const struct lawbook *book, struct day on)
{
	int i = HAND_STATUS_ROWS - 1;

	while (i > 0 && day_cmp(on, book->status[i].from) < 0)
		i--;
	return &book->status[i];
}

size_t lawbook_choice(const struct lawbook *book, enum law_open question)
{
	return book->choices[question];
}

const struct law_category *lawbook_category(
	const struct lawbook *book, enum category category, struct day on)
{
	const struct law_category *row = category == CATEGORY_CHILD          ? &book->child
					 : category == CATEGORY_CRISIS_LEVEL ? &book->crisis
									     : &book->others;

	return day_cmp(on, row->from) >= 0 && day_cmp(on, row->to) <= 0 ? row : NULL;
}

/* Weekends and Republic Day, which is the only holiday on a 25th; on a weekend it moves on. */
static bool day_off(struct day d)
{
	int year, mon, mday;

	day_split(d, &year, &mon, &mday);
	if (day_weekday(d) >= 6)
		return true;
	if (year < 2022 || mon != 10)
		return false;
	return mday == 25 || (day_weekday(d) == 1 && (mday == 26 || mday == 27));
}

struct day deadline_due(const struct lawbook *book, enum payer_kind kind, struct month month)
{
	struct day d = day_add(month_first(month_add(month, 1)), book->due_day - 1);

	while (day_off(d))
		d = day_add(d, 1);
	return d;
}

struct month deadline_last_due(const struct lawbook *book, struct day on)
{
	struct month m = day_month(on);

	while (day_cmp(deadline_due(book, PAYER_INDEPENDENT, m), on) >= 0)
		m = month_add(m, -1);
	return m;
}
