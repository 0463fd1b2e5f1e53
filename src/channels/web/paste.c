/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/paste.h"

#include "base/utf8.h"

#define NO_BREAK "\xc2\xa0"

static struct str skip(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

/* Bytes of the white space or the mark between words at the front of `s`. */
static size_t gap_at(struct str s)
{
	if (s.n && (*s.p == ' ' || *s.p == '\t' || *s.p == '\r'))
		return 1;
	return str_starts(s, NO_BREAK) ? 2 : 0;
}

static struct str trim(struct str s)
{
	for (;;) {
		struct str before = s;

		s = str_trim(s);
		while (str_starts(s, NO_BREAK))
			s = skip(s, 2);
		while (s.n >= 2 && memcmp(s.p + s.n - 2, NO_BREAK, 2) == 0)
			s.n -= 2;
		if (s.n == before.n)
			return s;
	}
}

static struct str take_word(struct str *rest)
{
	struct str word = {rest->p, 0};

	while (rest->n && !gap_at(*rest)) {
		word.n++;
		*rest = skip(*rest, 1);
	}
	for (size_t n = gap_at(*rest); n; n = gap_at(*rest))
		*rest = skip(*rest, n);
	return word;
}

static struct str without_dot(struct str s)
{
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

/* Three letters tell every month of the three languages from every other. */
static int named_month(struct str word)
{
	static const enum msg first[] = {MSG_month_01, MSG_month_of_01};

	word = without_dot(word);
	if (!utf8_valid(word, NULL) || utf8_count(word) < 3)
		return 0;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		for (int month = 1; month <= 12; month++)
			for (size_t form = 0; form < sizeof(first) / sizeof(first[0]); form++)
				if (utf8_starts_with_letters(
					    say_plain((enum lang)lang,
						    (enum msg)((int)first[form] + month - 1)),
					    word))
					return month;
	return 0;
}

/* "1", "01.2026", "2026-01", "31.01.2026": the part that can be a month; 0 without one. */
static int figured_month(struct str cell)
{
	uint64_t parts[3];
	size_t count = 0, from = 0;

	for (size_t i = 0; i <= cell.n; i++) {
		if (i < cell.n && !strchr("./-", cell.p[i]))
			continue;
		if (count == 3 ||
			!str_to_u64((struct str){cell.p + from, i - from}, 9999, &parts[count]))
			return 0;
		count++;
		from = i + 1;
	}
	uint64_t month = parts[count == 1 || (count == 2 && parts[0] <= 12) ? 0 : 1];
	return month <= 12 ? (int)month : 0;
}

static int month_of_cell(struct str cell)
{
	int month = figured_month(cell);

	while (cell.n && !month)
		month = named_month(take_word(&cell));
	return month;
}

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			return true;
	return false;
}

static bool is_month_word(struct str word)
{
	bool plain = true; /* a number alone may as well begin "12 000" */

	for (size_t i = 0; i < word.n; i++)
		plain &= !strchr("./-", word.p[i]);
	return named_month(word) || (!plain && figured_month(word));
}

/* Without tabs or semicolons: a month and one salary, or a salary alone. */
static size_t cut_at_month(struct str line, struct str cells[2])
{
	struct str rest = line;
	struct str word = take_word(&rest);

	if (!rest.n || !is_month_word(word)) {
		cells[0] = line;
		return 1;
	}
	cells[0] = word;
	cells[1] = trim(rest);
	return 2;
}

static size_t cut(struct str line, struct str cells[PASTE_CELLS + 1])
{
	char mark = memchr(line.p, '\t', line.n) ? '\t' : memchr(line.p, ';', line.n) ? ';' : 0;
	size_t count = 0;

	if (!mark)
		return cut_at_month(trim(line), cells);
	for (struct str rest = line; rest.p && count <= PASTE_CELLS;)
		cells[count++] = trim(str_cut(&rest, mark));
	return count;
}

/* False when the line says no month that can be told. */
static bool read_line(struct str line, int last_month, struct paste_row *row)
{
	struct str cells[PASTE_CELLS + 1];
	size_t count = cut(line, cells), from = 1;

	row->cell_count = 0;
	row->month = count > 1 ? month_of_cell(cells[0]) : 0;
	if (count == 1) {
		row->month = last_month % 12 + 1;
		from = 0;
	}
	for (size_t i = from; i < count && row->cell_count < PASTE_CELLS; i++)
		row->cells[row->cell_count++] = cells[i];
	return row->month && (count > 1 || has_digit(cells[0]));
}

struct paste paste_read(struct arena *arena, struct str text, size_t cap)
{
	struct paste p = {.rows = arena_array(arena, cap, sizeof(*p.rows))};
	int line_number = 0, last_month = 0;

	for (struct str rest = text; rest.p && !p.wrong_line;) {
		struct str line = str_cut(&rest, '\n');
		struct paste_row row;

		line_number++;
		if (trim(line).n == 0)
			continue;
		if (!read_line(line, last_month, &row)) {
			bool titles = p.count == 0 && !has_digit(line);
			p.wrong_line = titles ? 0 : line_number;
			continue;
		}
		p.too_many = p.count == cap;
		if (p.too_many)
			return p;
		p.rows[p.count++] = row;
		last_month = row.month;
	}
	return p;
}
