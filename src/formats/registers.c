/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/registers.h"

#include "base/check.h"
#include "base/utf8.h"
#include "formats/csv.h"
#include "limits.h"

enum { COLUMNS_MAX = 10, DOC_BYTES = 64, NAME_CHARS = 60 };

typedef enum st column_fn(struct ctx *cx, struct str cell, struct register_row *row);

struct column {
	const char *name;
	column_fn *take;
};

/* A value for the words of an error; nothing of it when it may be a personal number. */
static const char *shown(struct ctx *cx, struct str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++)
		digits += s.p[i] >= '0' && s.p[i] <= '9';
	if (digits > 8)
		return "…";
	return str_z(cx->arena, (struct str){s.p, s.n < 40 ? s.n : 40});
}

static ST take_iin(struct ctx *cx, struct str cell, struct register_row *row)
{
	row->given = cell;
	return iin_parse(cx, cell, &row->iin);
}

static ST take_name(struct ctx *cx, struct str cell, struct str *out)
{
	TRY(utf8_nfc(cx, str_trim(cell), out));
	if (utf8_count(*out) > NAME_CHARS)
		return fail(cx, VALUE_TOO_LONG, "%d", NAME_CHARS);
	return OK;
}

static ST take_surname(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_name(cx, cell, &row->person.surname);
}

static ST take_first_name(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_name(cx, cell, &row->person.name);
}

static ST take_patronymic(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_name(cx, cell, &row->person.patronymic);
}

/* A day that may be left out. */
static ST take_day(struct ctx *cx, struct str cell, struct day otherwise, struct day *out)
{
	*out = otherwise;
	return str_trim(cell).n ? day_parse(cx, cell, out) : OK;
}

static ST take_birth(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_ALWAYS, &row->person.fact.born);
}

static ST take_residence(struct ctx *cx, struct str cell, struct register_row *row)
{
	struct str s = str_trim(cell);

	row->person.fact.residence = RESIDENCE_CITIZEN;
	if (s.n && !residence_parse(s, &row->person.fact.residence))
		return fail(cx, VALUE_UNKNOWN, "%s", shown(cx, s));
	return OK;
}

static ST take_in_system(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_ALWAYS, &row->person.fact.in_system_from);
}

static ST take_person_known(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_ALWAYS, &row->person.fact.known_since);
}

static ST take_spell_kind(struct ctx *cx, struct str cell, struct register_row *row)
{
	struct str s = str_trim(cell);

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (!spell_parse(s, &row->spell.kind, &row->spell.detail))
		return fail(cx, VALUE_UNKNOWN, "%s", shown(cx, s));
	return OK;
}

static ST take_payer(struct ctx *cx, struct str cell, bool *has, struct iin *out)
{
	enum iin_kind kind;

	*has = str_trim(cell).n > 0;
	return *has ? iin_or_bin_parse(cx, cell, out, &kind) : OK;
}

static ST take_spell_payer(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_payer(cx, cell, &row->spell.has_payer, &row->spell.payer);
}

static ST take_from(struct ctx *cx, struct str cell, struct register_row *row)
{
	return day_parse(cx, cell, &row->spell.from);
}

static ST take_to(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_NEVER, &row->spell.to);
}

static ST take_spell_known(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_ALWAYS, &row->spell.known_since);
}

static ST take_doc(struct ctx *cx, struct str cell, struct register_row *row)
{
	struct str s = str_trim(cell);

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (s.n > DOC_BYTES)
		return fail(cx, VALUE_TOO_LONG, "%d", DOC_BYTES);
	return utf8_nfc(cx, s, &row->doc);
}

static ST take_line(struct ctx *cx, struct str cell, uint32_t *out)
{
	struct str s = str_trim(cell);
	uint64_t v;

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (!str_to_u64(s, INT32_MAX, &v))
		return fail(cx, NUMBER_FORMAT, "%s", "");
	*out = (uint32_t)v;
	return OK;
}

static ST take_payment_line(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_line(cx, cell, &row->payment.line);
}

static ST take_refund_line(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_line(cx, cell, &row->refund.line);
}

/* A month that the system can hold at all; what the law says of it is decided elsewhere. */
static ST take_month(struct ctx *cx, struct str cell, struct month *out)
{
	TRY(month_parse(cx, cell, out));
	if (month_cmp(*out, month_of(2017, 1)) < 0 || month_cmp(*out, month_of(2038, 4)) > 0)
		return fail(cx, MONTH_RANGE, "%.7s", str_z(cx->arena, str_trim(cell)));
	return OK;
}

static ST take_payment_month(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_month(cx, cell, &row->payment.month);
}

static ST take_refund_month(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_month(cx, cell, &row->refund.month);
}

static ST take_knp(struct ctx *cx, struct str cell, enum knp *out)
{
	struct str s = str_trim(cell);
	uint64_t number;

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (!str_to_u64(s, 999, &number) || !knp_from_number((int64_t)number, out))
		return fail(cx, KNP_UNKNOWN, "%s", shown(cx, s));
	return OK;
}

static ST take_payment_knp(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_knp(cx, cell, &row->payment.knp);
}

static ST take_refund_knp(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_knp(cx, cell, &row->refund.knp);
}

static ST take_sum(struct ctx *cx, struct str cell, struct money *out)
{
	TRY(money_parse(cx, cell, out));
	if (money_is_zero(*out))
		return fail(cx, MONEY_ZERO, "%s", "");
	return OK;
}

static ST take_payment_sum(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_sum(cx, cell, &row->payment.sum);
}

static ST take_refund_sum(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_sum(cx, cell, &row->refund.sum);
}

static ST take_payment_payer(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_payer(cx, cell, &row->payment.has_payer, &row->payment.payer);
}

static ST take_payer_kind(struct ctx *cx, struct str cell, struct register_row *row)
{
	struct str s = str_trim(cell);

	if (s.n == 0)
		return fail(cx, VALUE_MISSING, "%s", "");
	if (!payer_parse(s, &row->payment.payer_kind))
		return fail(cx, VALUE_UNKNOWN, "%s", shown(cx, s));
	return OK;
}

static ST take_paid_on(struct ctx *cx, struct str cell, struct register_row *row)
{
	return day_parse(cx, cell, &row->payment.paid_on);
}

static ST take_received_on(struct ctx *cx, struct str cell, struct register_row *row)
{
	return take_day(cx, cell, DAY_NEVER, &row->payment.known_since);
}

static ST take_refunded_on(struct ctx *cx, struct str cell, struct register_row *row)
{
	return day_parse(cx, cell, &row->refund.known_since);
}

/* What the cells mean together. */
static ST finish_spell(struct ctx *cx, struct register_row *row)
{
	if (day_cmp(row->spell.to, row->spell.from) < 0)
		return fail_in(cx, row->line, "to", SPAN_ORDER, "%s", "");
	return OK;
}

static ST finish_payment(struct ctx *cx, struct register_row *row)
{
	if (row->payment.known_since.n == DAY_NEVER.n)
		row->payment.known_since = row->payment.paid_on;
	return OK;
}

static ST finish_nothing(struct ctx *cx, struct register_row *row)
{
	return OK;
}

static const struct {
	const char *code;
	enum st (*finish)(struct ctx *cx, struct register_row *row);
	struct column columns[COLUMNS_MAX];
} registers[REGISTER_KINDS] = {
	[REGISTER_PEOPLE] = {"people", finish_nothing,
		{{"iin", take_iin}, {"surname", take_surname}, {"name", take_first_name},
			{"patronymic", take_patronymic}, {"birth_date", take_birth},
			{"residence", take_residence}, {"in_system_from", take_in_system},
			{"known_since", take_person_known}}},
	[REGISTER_SPELLS] = {"spells", finish_spell,
		{{"iin", take_iin}, {"kind", take_spell_kind}, {"payer", take_spell_payer},
			{"from", take_from}, {"to", take_to}, {"known_since", take_spell_known}}},
	/* The sum comes first, so that a row that is wrong elsewhere keeps its money. */
	[REGISTER_PAYMENTS] = {"payments", finish_payment,
		{{"sum", take_payment_sum}, {"doc", take_doc}, {"line", take_payment_line},
			{"iin", take_iin}, {"month", take_payment_month}, {"knp", take_payment_knp},
			{"payer", take_payment_payer}, {"payer_kind", take_payer_kind},
			{"paid_on", take_paid_on}, {"received_on", take_received_on}}},
	[REGISTER_REFUNDS] = {"refunds", finish_nothing,
		{{"sum", take_refund_sum}, {"doc", take_doc}, {"line", take_refund_line},
			{"iin", take_iin}, {"month", take_refund_month}, {"knp", take_refund_knp},
			{"refunded_on", take_refunded_on}}},
};

const char *register_code(enum register_kind kind)
{
	return registers[kind].code;
}

static size_t column_count(enum register_kind kind)
{
	size_t n = 0;

	while (n < COLUMNS_MAX && registers[kind].columns[n].name)
		n++;
	return n;
}

void register_put_header(struct buf *b, enum register_kind kind)
{
	for (size_t i = 0; i < column_count(kind); i++) {
		if (i)
			buf_char(b, ';');
		buf_z(b, registers[kind].columns[i].name);
	}
	buf_z(b, "\n");
}

/* Place of the name among the columns of a register; COLUMNS_MAX when it is none. */
static size_t column_of(enum register_kind kind, struct str name)
{
	for (size_t i = 0; i < column_count(kind); i++)
		if (str_is(name, registers[kind].columns[i].name))
			return i;
	return COLUMNS_MAX;
}

/* The register that shares most names with the header; its own names must be more than "iin". */
static bool choose_kind(const struct csv *csv, enum register_kind *out)
{
	size_t best = 2;
	bool found = false;

	for (int kind = 0; kind < REGISTER_KINDS; kind++) {
		size_t same = 0;

		for (size_t i = 0; i < csv->count; i++)
			same += column_of((enum register_kind)kind, str_trim(csv->cells[i])) <
				COLUMNS_MAX;
		if (same > best) {
			best = same;
			*out = (enum register_kind)kind;
			found = true;
		}
	}
	return found;
}

/* For each column of the register its place in the file. */
struct layout {
	size_t place[COLUMNS_MAX];
	size_t count; /* columns of the file */
};

static ST read_header(
	struct ctx *cx, const struct csv *csv, enum register_kind *kind, struct layout *out)
{
	if (!choose_kind(csv, kind))
		return fail_in(cx, csv->line, "", FILE_UNKNOWN, "%s", "");
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		out->place[i] = SIZE_MAX;
	out->count = csv->count;
	for (size_t i = 0; i < csv->count; i++) {
		struct str name = str_trim(csv->cells[i]);
		size_t column = column_of(*kind, name);
		const char *written = shown(cx, name);

		if (column == COLUMNS_MAX)
			return fail_in(
				cx, csv->line, written, COLUMN_UNKNOWN, "%s", register_code(*kind));
		if (out->place[column] != SIZE_MAX)
			return fail_in(
				cx, csv->line, written, COLUMN_TWICE, "%s", register_code(*kind));
		out->place[column] = i;
	}
	for (size_t i = 0; i < column_count(*kind); i++)
		if (out->place[i] == SIZE_MAX)
			return fail_in(cx, csv->line, registers[*kind].columns[i].name,
				COLUMN_MISSING, "%s", register_code(*kind));
	return OK;
}

bool register_sniff(struct str text)
{
	struct str line = str_trim(str_cut(&text, '\n'));

	if (line.n == 0 || line.n > 1000)
		return false;
	for (size_t i = 0; i + 3 <= line.n; i++)
		if (memcmp(line.p + i, "iin", 3) == 0)
			return true;
	return false;
}

/* All columns of a row; goes on after an error to find the number and the sum all the same. */
static ST read_row(struct ctx *cx, const struct csv *csv, enum register_kind kind,
	const struct layout *layout, struct register_row *row)
{
	struct err_slot first = {.code = ERR_NONE};

	if (csv->count != layout->count)
		return fail_in(
			cx, csv->line, "", ROW_COLUMNS, "%zu/%zu", csv->count, layout->count);
	for (size_t i = 0; i < column_count(kind); i++) {
		const struct column *c = &registers[kind].columns[i];
		size_t place = layout->place[i];

		if (c->take(cx, csv->cells[place], row) == OK)
			continue;
		if (first.code == ERR_NONE) {
			first = cx->err;
			first.column = place + 1;
			row->field = c->name;
		}
		err_clear(cx);
	}
	if (first.code == ERR_NONE)
		return registers[kind].finish(cx, row);
	cx->err = first;
	return err_info(first.code)->class;
}

static void add_row(struct ctx *cx, const struct csv *csv, const struct layout *layout,
	struct register_file *out)
{
	struct register_row *row = &out->rows[out->count++];

	*row = (struct register_row){.line = (uint32_t)csv->line, .source = csv->row};
	if (read_row(cx, csv, out->kind, layout, row) == OK)
		return;
	row->problem = cx->err.code;
	if (!row->field)
		row->field = str_z(cx->arena, str_of(cx->err.field));
	issue_take(&out->issues, ISSUE_LINE, cx, csv->line, row->field);
}

/* A row whose cells could not even be told apart. */
static void add_broken_row(struct ctx *cx, const struct csv *csv, struct register_file *out)
{
	struct register_row *row = &out->rows[out->count++];

	*row = (struct register_row){
		.line = (uint32_t)csv->line, .problem = cx->err.code, .field = ""};
	issue_take(&out->issues, ISSUE_LINE, cx, csv->line, "");
}

static size_t count_newlines(struct str text)
{
	size_t n = 0;

	while (text.n) {
		str_cut(&text, '\n');
		n++;
	}
	return n;
}

enum st register_parse(struct ctx *cx, struct str text, struct register_file *out)
{
	struct csv csv = csv_start(text);
	struct layout layout = {.count = 0};
	size_t cap = count_newlines(text) + 1;
	bool more;

	*out = (struct register_file){.issues = issues_new(cx->arena)};
	TRY(csv_next(cx, &csv, &more));
	if (!more)
		return fail(cx, FILE_EMPTY, "%s", "");
	TRY(read_header(cx, &csv, &out->kind, &layout));
	if (cap > LIMIT_IMPORT_LINES)
		return fail(cx, FILE_TOO_BIG, "%d", LIMIT_IMPORT_LINES);
	/* Room for all rows at once: growing would need as much again. */
	out->rows = arena_alloc(cx->arena, cap * sizeof(*out->rows));
	for (;;) {
		enum st st = csv_next(cx, &csv, &more);

		if (st != OK && cx->err.code == ERR_QUOTE_OPEN)
			return st;
		if (st != OK)
			add_broken_row(cx, &csv, out);
		else if (more)
			add_row(cx, &csv, &layout, out);
		else
			return OK;
	}
}
