/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include "base/check.h"

enum { SATURDAY = 6, LAST_CALENDAR_YEAR = 2060, DUE_DAY_MAX = 28 };

enum st law_read_due(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		bool payers[PAYER_COUNT];
		struct law_due due = {0};
		struct law_head head;

		TRY(law_want_map(r, row, LAW_HEAD_KEYS "payers day working_day"));
		TRY(law_head_read(r, row, &head));
		if (!yaml_get(row, "payers"))
			return law_refuse(r, row->line, LAW_SYNTAX, "payers are missing");
		TRY(law_payers(r, yaml_get(row, "payers"), payers));
		due.working_day = yaml_get(row, "working_day") != NULL;
		if (due.working_day == (yaml_get(row, "day") != NULL))
			return law_refuse(r, row->line, LAW_SYNTAX, "day or working_day");
		if (due.working_day)
			TRY(law_int(r, row, "working_day", LAW_WORKING_DAYS_MAX, &due.day));
		else
			TRY(law_int(r, row, "day", DUE_DAY_MAX, &due.day));
		if (due.day == 0)
			return law_refuse(r, row->line, LAW_SYNTAX, "day: from 1");
		due.cite = head.cite;
		for (int kind = 0; kind < PAYER_COUNT; kind++)
			if (payers[kind])
				law_note_row(r, LAW_SECTION_DUE, row, &head, "%s",
					payer_code((enum payer_kind)kind));
		if (!head.used)
			continue;
		for (int kind = 0; kind < PAYER_COUNT; kind++)
			if (payers[kind])
				LAW_PUSH(r, r->dues) =
					(struct law_dated){head, kind, r->book->dues.count};
		LAW_PUSH(r, r->book->dues) = due;
	}
	return OK;
}

enum st law_read_days_off(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *row = n->items[i];
		struct str text, rest, name[LANG_COUNT];
		struct raw_off raw;
		struct day day;
		uint64_t mon, mday;

		TRY(law_want_map(r, row, LAW_HEAD_KEYS "day name carries_over"));
		TRY(law_head_read(r, row, &raw.head));
		TRY(law_names(r, row, "name", name));
		TRY(law_text(r, row, "day", &text));
		TRY(law_bool(r, row, "carries_over", &raw.carries_over));
		rest = text;
		struct str first = str_cut(&rest, '-');

		/* 2017 is no leap year: 29 February cannot be a yearly day off. */
		if (first.n != 2 || rest.n != 2 || !str_to_u64(first, 12, &mon) ||
			!str_to_u64(rest, 31, &mday) ||
			!day_from_number(20170000 + (int64_t)(mon * 100 + mday), &day))
			return law_refuse(r, row->line, LAW_SYNTAX, "day: month-day (03-21)");
		raw.month = (int)mon;
		raw.day = (int)mday;
		law_note_row(r, LAW_SECTION_DAYS_OFF, row, &raw.head, "%.*s", STR(text));
		if (raw.head.used)
			LAW_PUSH(r, r->offs) = raw;
	}
	return OK;
}

static enum st read_date(struct law_reader *r, const struct yaml_node *n, bool works, bool counted)
{
	struct raw_moved raw = {.works = works, .counted = counted};
	const struct yaml_node *date = yaml_get(n, works ? "works" : counted ? "off" : "date");
	int year, mon, mday;

	if (!date)
		return law_refuse(r, n->line, LAW_SYNTAX, "a date is missing");
	TRY(law_day(r, date, false, &raw.date));
	day_split(raw.date, &year, &mon, &mday);
	if (year < month_year(MONTHSET_FIRST) || year > LAST_CALENDAR_YEAR)
		return law_refuse(r, date->line, LAW_SYNTAX, "a date from 2017 on");
	if (works && day_weekday(raw.date) < SATURDAY)
		return law_refuse(r, date->line, LAW_SYNTAX, "works: a Saturday or Sunday");
	raw.head.at = (struct law_place){r->file, n->line};
	for (size_t i = 0; i < r->moved.count; i++)
		if (day_cmp(r->moved.items[i].date, raw.date) == 0)
			return law_refuse(r, date->line, LAW_OVERLAP, "line %zu",
				r->moved.items[i].head.at.line);
	LAW_PUSH(r, r->moved) = raw;
	return OK;
}

static void note_date(struct law_reader *r, enum law_section section, const struct yaml_node *row,
	const char *key, struct law_cite cite)
{
	struct law_head head = {.has_to = true, .used = true, .cite = cite};
	const struct yaml_node *date = yaml_get(row, key);

	must(law_day(r, date, false, &head.from) == OK);
	head.to = head.from;
	law_note_row(r, section, row, &head, "%.*s", STR(date->text));
}

enum st law_read_feasts(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		struct law_cite cite;
		struct str name[LANG_COUNT];

		TRY(law_want_map(r, n->items[i], "date name article source open unverified"));
		TRY(law_cite_read(r, n->items[i], &cite));
		TRY(law_names(r, n->items[i], "name", name));
		TRY(read_date(r, n->items[i], false, false));
		note_date(r, LAW_SECTION_FEASTS, n->items[i], "date", cite);
	}
	return OK;
}

enum st law_read_moved_days(struct law_reader *r, const struct yaml_node *n)
{
	TRY(law_want_list(r, n));
	for (size_t i = 0; i < n->count; i++) {
		struct law_cite cite;

		TRY(law_want_map(r, n->items[i], "off works article source open unverified"));
		TRY(law_cite_read(r, n->items[i], &cite));
		TRY(read_date(r, n->items[i], false, true));
		if (yaml_get(n->items[i], "works"))
			TRY(read_date(r, n->items[i], true, true));
		note_date(r, LAW_SECTION_MOVED_DAYS, n->items[i], "off", cite);
	}
	return OK;
}

static void set_working(struct lawbook *b, struct day d, bool works)
{
	int at = d.n - month_first(MONTHSET_FIRST).n;

	must(at >= 0 && at < LAW_DAYS);
	if (works)
		b->working[at >> 6] |= 1ULL << (at & 63);
	else
		b->working[at >> 6] &= ~(1ULL << (at & 63));
}

static bool in_force(const struct raw_off *off, struct day d)
{
	return day_cmp(off->head.from, d) <= 0 &&
	       (!off->head.has_to || day_cmp(d, off->head.to) <= 0);
}

/*
 * The days off of one year. First every holiday is taken out, then the ones on a weekend are made
 * up in their order: each by the next day that is still a working day.
 */
static void mark_year(struct law_reader *r, int year)
{
	bool weekend_off[400] = {false};
	struct day new_year = day_of(year, 1, 1);

	for (size_t i = 0; i < r->offs.count; i++) {
		const struct raw_off *off = &r->offs.items[i];
		struct day d = day_of(year, off->month, off->day);

		if (!in_force(off, d))
			continue;
		set_working(r->book, d, false);
		if (off->carries_over && day_weekday(d) >= SATURDAY)
			weekend_off[d.n - new_year.n] = true;
	}
	for (int i = 0; i < 366; i++) {
		if (!weekend_off[i])
			continue;
		struct day d = day_add(new_year, i + 1);

		while (!lawbook_is_working_day(r->book, d))
			d = day_add(d, 1);
		set_working(r->book, d, false);
	}
}

/* The n-th working day of a month. */
static struct day working_day_of(const struct lawbook *b, struct month m, int n)
{
	struct day d = day_add(month_first(m), -1);

	while (n > 0) {
		d = day_add(d, 1);
		n -= lawbook_is_working_day(b, d);
	}
	return d;
}

static struct day due_of(const struct lawbook *b, const struct law_due *due, struct month m)
{
	if (due->working_day)
		return working_day_of(b, m, due->day);
	struct day d = day_add(month_first(month_add(m, 1)), due->day - 1);

	while (!lawbook_is_working_day(b, d))
		d = day_add(d, 1);
	return d;
}

static enum st finish_dues(struct law_reader *r)
{
	struct lawbook *b = r->book;

	TRY(law_chain_dated(r, r->dues.items, r->dues.count, false));
	memset(b->due_at, 0xff, sizeof(b->due_at));
	for (size_t i = 0; i < r->dues.count; i++) {
		const struct law_dated *row = &r->dues.items[i];

		for (int m = 0; m < MONTHSET_BITS; m++) {
			struct day on = month_first(monthset_month(m));

			if (day_cmp(row->head.from, on) <= 0 && day_cmp(on, row->head.to) <= 0)
				b->due_at[row->key][m] = (uint16_t)row->item;
		}
	}
	for (int kind = 0; kind < PAYER_COUNT; kind++)
		for (int m = 0; m < MONTHSET_BITS; m++) {
			if (b->due_at[kind][m] == LAW_NO_ROW)
				return law_refuse(r, 0, LAW_GAP, "due: no day for %s",
					payer_code((enum payer_kind)kind));
			b->due[kind][m] =
				due_of(b, &b->dues.items[b->due_at[kind][m]], monthset_month(m));
		}
	return OK;
}

enum st law_finish_days(struct law_reader *r)
{
	struct day first = month_first(MONTHSET_FIRST);

	for (int i = 0; i < LAW_DAYS; i++)
		set_working(r->book, day_add(first, i), day_weekday(day_add(first, i)) < SATURDAY);
	/* Feasts are off before others are made up; moved days have the last word. */
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < r->moved.count; i++) {
			const struct raw_moved *m = &r->moved.items[i];
			int year, mon, mday;

			if (m->counted != (pass == 1))
				continue;
			day_split(m->date, &year, &mon, &mday);
			set_working(r->book, m->date, m->works);
			if (m->counted)
				r->book->moved_years |= 1ULL << (year - month_year(MONTHSET_FIRST));
		}
		for (int year = month_year(MONTHSET_FIRST); pass == 0 && year <= LAST_CALENDAR_YEAR;
			year++)
			mark_year(r, year);
	}
	return finish_dues(r);
}
