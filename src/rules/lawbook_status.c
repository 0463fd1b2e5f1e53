/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/lawbook_parts.h"

#include <stddef.h>

#include "base/check.h"
#include "limits.h"

enum param_type { PARAM_RULE, PARAM_FLAG, PARAM_NUMBER, PARAM_MONTH };

/* A parameter of status.yaml: its name there, and where it goes in struct law_status. */
static const struct param {
	const char *name;
	enum param_type type;
	int max;
	size_t offset; /* of the value */
	size_t cite;   /* of the citation; 0 = none of its own */
} params[] = {
#define AT(field) offsetof(struct law_status, field)
	{"right", PARAM_RULE, 0, 0, AT(cite_right)},
	{"category", PARAM_RULE, 0, 0, AT(cite_category)},
	{"exempt", PARAM_RULE, 0, 0, AT(cite_exempt)},
	{"eligible", PARAM_RULE, 0, 0, AT(cite_eligible)},
	{"temporary", PARAM_RULE, 0, 0, AT(cite_temporary)},
	{"first_month", PARAM_MONTH, 0, AT(first_month), 0},
	{"lookback", PARAM_NUMBER, 60, AT(lookback), AT(cite_debt)},
	{"window_shift", PARAM_NUMBER, 1, AT(window_shift), 0},
	{"grace", PARAM_NUMBER, 60, AT(grace), AT(cite_grace)},
	{"grace_long", PARAM_NUMBER, 60, AT(grace_long), AT(cite_grace_long)},
	{"long_run", PARAM_NUMBER, 64, AT(long_run), 0},
	{"grace_state", PARAM_NUMBER, 60, AT(grace_state), 0},
	{"state_in_run", PARAM_FLAG, 0, AT(state_in_run), 0},
	{"transition", PARAM_FLAG, 0, AT(transition), AT(cite_transition)},
	{"three_months", PARAM_FLAG, 0, AT(three_months), AT(cite_three_months)},
	{"three_months_count", PARAM_NUMBER, 12, AT(three_months_count), 0},
	{"prepay", PARAM_FLAG, 0, AT(prepay), AT(cite_prepay)},
	{"prepay_months", PARAM_NUMBER, 24, AT(prepay_months), 0},
	{"prepay_with_current", PARAM_FLAG, 0, AT(prepay_with_current), 0},
#undef AT
};
enum { PARAM_COUNT = sizeof(params) / sizeof(params[0]) };

static enum st read_value(
	struct law_reader *r, const struct yaml_node *row, const struct param *p, int *out)
{
	bool flag;
	struct day day;

	*out = 0;
	switch (p->type) {
	case PARAM_RULE:
		if (yaml_get(row, "value"))
			return law_refuse(r, row->line, LAW_SYNTAX, "this rule has no value");
		return OK;
	case PARAM_FLAG:
		if (!yaml_get(row, "value"))
			return law_refuse(r, row->line, LAW_SYNTAX, "value is missing");
		TRY(law_bool(r, row, "value", &flag));
		*out = flag;
		return OK;
	case PARAM_NUMBER:
		return law_int(r, row, "value", p->max, out);
	case PARAM_MONTH:
		if (!yaml_get(row, "value"))
			return law_refuse(r, row->line, LAW_SYNTAX, "value is missing");
		TRY(law_day(r, yaml_get(row, "value"), false, &day));
		*out = day_month(day).n;
		return OK;
	}
	return OK;
}

enum st law_read_status(struct law_reader *r, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return law_refuse(r, n->line, LAW_SYNTAX, "expected parameters");
	for (size_t i = 0; i < n->count; i++) {
		const struct yaml_node *rows = n->items[i];
		size_t p = 0;

		while (p < PARAM_COUNT && !str_is(n->keys[i], params[p].name))
			p++;
		if (p == PARAM_COUNT)
			return law_refuse(r, rows->line, LAW_NAME, "parameter %.30s", n->keys[i].p);
		TRY(law_want_list(r, rows));
		for (size_t k = 0; k < rows->count; k++) {
			const struct yaml_node *row = rows->items[k];
			struct raw_param raw = {.param = p};

			TRY(law_want_map(r, row, LAW_HEAD_KEYS "value"));
			TRY(law_head_read(r, row, &raw.head));
			TRY(read_value(r, row, &params[p], &raw.value));
			law_note_row(r, LAW_SECTION_STATUS, row, &raw.head, "%s", params[p].name);
			if (raw.head.used)
				LAW_PUSH(r, r->params) = raw;
		}
	}
	return OK;
}

/* Sorts the rows of a parameter without gaps; all of them reach back to the same first day. */
static enum st chain_param(struct law_reader *r, size_t p)
{
	struct law_head **rows = arena_array(r->arena, r->params.count + 1, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r->params.count; i++)
		if (r->params.items[i].param == p)
			rows[n++] = &r->params.items[i].head;
	TRY(law_chain(r, rows, n, DAY_NEVER, false));
	if (n == 0)
		return law_refuse(r, 0, LAW_SYNTAX, "status: %s is missing", params[p].name);
	if (day_cmp(rows[0]->from, month_first(MONTHSET_FIRST)) > 0)
		return law_refuse_at(
			r, rows[0]->at, LAW_GAP, "%s: from 2017-01-01", params[p].name);
	if (day_cmp(rows[n - 1]->to, DAY_NEVER) != 0)
		return law_refuse_at(
			r, rows[n - 1]->at, LAW_GAP, "%s: the last row has no end", params[p].name);
	return OK;
}

static void put_param(struct law_status *s, const struct raw_param *raw)
{
	const struct param *p = &params[raw->param];
	char *base = (char *)s;
	struct month month = {raw->value};
	bool flag = raw->value != 0;

	switch (p->type) {
	case PARAM_RULE:
		break;
	case PARAM_FLAG:
		memcpy(base + p->offset, &flag, sizeof(flag));
		break;
	case PARAM_NUMBER:
		memcpy(base + p->offset, &raw->value, sizeof(raw->value));
		break;
	case PARAM_MONTH:
		memcpy(base + p->offset, &month, sizeof(month));
		break;
	}
	if (p->cite)
		memcpy(base + p->cite, &raw->head.cite, sizeof(raw->head.cite));
}

/* The next day after `day` on which some parameter changes, or DAY_NEVER. */
static struct day next_change(const struct law_reader *r, struct day day)
{
	struct day next = DAY_NEVER;

	for (size_t i = 0; i < r->params.count; i++) {
		struct day from = r->params.items[i].head.from;

		if (day_cmp(from, day) > 0 && day_cmp(from, next) < 0)
			next = from;
	}
	return next;
}

enum st law_finish_status(struct law_reader *r)
{
	struct day day = month_first(MONTHSET_FIRST);

	for (size_t p = 0; p < PARAM_COUNT; p++)
		TRY(chain_param(r, p));
	while (day_cmp(day, DAY_NEVER) < 0) {
		struct day next = next_change(r, day);
		struct law_status *s = &LAW_PUSH(r, r->book->status);

		*s = (struct law_status){.from = day,
			.to = day_cmp(next, DAY_NEVER) < 0 ? day_add(next, -1) : DAY_NEVER};
		for (size_t i = 0; i < r->params.count; i++) {
			const struct raw_param *raw = &r->params.items[i];

			if (day_cmp(raw->head.from, day) <= 0 && day_cmp(day, raw->head.to) <= 0)
				put_param(s, raw);
		}
		day = next;
	}
	return OK;
}
