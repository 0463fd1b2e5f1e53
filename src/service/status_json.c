/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A status answer as the JSON of docs/api/openapi.yaml, schema Status.
 */
#include "service/status.h"

#include "formats/json_write.h"

static void put_key_code(struct json *j, const char *key, const char *value)
{
	json_put_key(j, key);
	json_put_code(j, value);
}

static void put_key_day(struct json *j, const char *key, struct day d)
{
	json_put_key(j, key);
	json_put_day(j, d);
}

static void put_key_money(struct json *j, const char *key, struct money m)
{
	json_put_key(j, key);
	json_put_money(j, m);
}

static void put_key_flag(struct json *j, const char *key, bool v)
{
	if (!v)
		return;
	json_put_key(j, key);
	json_put_bool(j, true);
}

static void put_sums(struct json *j, const struct money sums[KNP_COUNT])
{
	static const char *const keys[KNP_COUNT] = {
#define KNP(name, number) [KNP_##name] = #number,
#include "domain/kinds.def"
#undef KNP
	};

	json_put_key(j, "sums");
	json_open_object(j);
	for (int i = 0; i < KNP_COUNT; i++)
		if (!money_is_zero(sums[i]))
			put_key_money(j, keys[i], sums[i]);
	json_close_object(j);
}

static void put_month(struct json *j, const struct coverage_month *m)
{
	json_open_object(j);
	json_put_key(j, "month");
	json_put_month(j, m->month);
	put_key_code(j, "class", month_class_code(m->class));
	put_sums(j, m->sums);
	if (m->has_payer_kind)
		put_key_code(j, "payer_kind", payer_code(m->payer_kind));
	put_key_flag(j, "partly", m->partly);
	put_key_flag(j, "returned", m->returned);
	put_key_flag(j, "prepaid", m->prepaid);
	if (m->class == CLASS_DEBT || m->class == CLASS_OPEN)
		put_key_day(j, "due", m->due);
	json_close_object(j);
}

static void put_months(struct json *j, const struct coverage_answer *a)
{
	json_put_key(j, "months");
	json_open_array(j);
	for (size_t i = 0; i < a->month_count; i++)
		put_month(j, &a->months[i]);
	json_close_array(j);
}

static void put_debt(struct json *j, const struct coverage_answer *a)
{
	json_put_key(j, "debt");
	json_open_array(j);
	for (size_t i = 0; i < a->debt_count; i++) {
		const struct coverage_month *m = &a->debt[i];

		json_open_object(j);
		json_put_key(j, "month");
		json_put_month(j, m->month);
		json_put_key(j, "knp");
		json_put_i64(j, knp_number(KNP_CONTRIBUTION));
		put_key_money(j, "sum", m->owed);
		put_key_code(j, "owed_by", owed_by_code(m->owed_by));
		put_key_day(j, "due", m->due);
		json_close_object(j);
	}
	json_close_array(j);
}

static const char *option_code(enum coverage_option_kind kind)
{
	switch (kind) {
	case OPTION_ARREARS:
		return "arrears";
	case OPTION_PREPAY:
		return "prepay";
	}
	return "";
}

static void put_options(struct json *j, const struct coverage_answer *a)
{
	json_put_key(j, "options");
	json_open_array(j);
	for (size_t i = 0; i < a->option_count; i++) {
		const struct coverage_option *o = &a->options[i];

		json_open_object(j);
		put_key_code(j, "kind", option_code(o->kind));
		put_key_money(j, "sum", o->sum);
		json_put_key(j, "months");
		json_open_array(j);
		for (size_t m = 0; m < o->month_count; m++)
			json_put_month(j, o->months[m]);
		json_close_array(j);
		put_key_day(j, "insured_from", o->insured_from);
		put_key_flag(j, "with_current", o->with_current);
		json_close_object(j);
	}
	json_close_array(j);
	json_put_key(j, "cheapest");
	if (a->has_cheapest)
		json_put_code(j, option_code(a->cheapest));
	else
		json_put_null(j);
}

static void put_steps(struct json *j, enum lang lang, const struct steps *steps)
{
	json_put_key(j, "steps");
	json_open_array(j);
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->items[i];
		json_open_object(j);
		put_key_code(j, "rule", step->rule);
		json_put_key(j, "article");
		json_put_str(j, step->article);
		json_put_key(j, "text");
		json_open_text(j);
		say(j->b, lang, step->msg, step->args, step->arg_count);
		json_close_text(j);
		if (step->open) {
			json_put_key(j, "open_question");
			json_put_i64(j, step->open);
		}
		json_close_object(j);
	}
	json_close_array(j);
}

void status_say(struct buf *b, enum lang lang, const struct coverage_answer *a)
{
	const struct arg day = arg_day("day", a->insured_until);
	enum msg m = MSG_cov_answer_no;

	if (a->insured)
		m = MSG_cov_answer_yes;
	if (a->insured && a->has_until)
		m = a->reason == REASON_GRACE ? MSG_cov_answer_grace : MSG_cov_answer_until;
	if (a->reason == REASON_NOT_IN_SYSTEM)
		m = MSG_cov_answer_none;
	say(b, lang, m, &day, a->has_until ? 1 : 0);
}

static void put_head(struct json *j, enum lang lang, const struct coverage_answer *a)
{
	json_put_key(j, "insured");
	json_put_bool(j, a->insured);
	put_key_code(j, "reason", coverage_reason_code(a->reason));
	json_put_key(j, "answer");
	json_open_text(j);
	status_say(j->b, lang, a);
	json_close_text(j);
	put_key_day(j, "on", a->on);
	put_key_day(j, "known", a->known);
	put_key_day(j, "insured_until", a->has_until ? a->insured_until : DAY_NEVER);
}

/* "2026-11-22T09:30:00Z" */
static void put_instant(struct json *j, struct instant at)
{
	int64_t seconds = at.us / 1000000, days = seconds / 86400, rest = seconds % 86400;

	json_open_text(j);
	day_put(j->b, (struct day){(int32_t)days});
	buf_char(j->b, 'T');
	buf_pad(j->b, (uint64_t)rest / 3600, 2);
	buf_char(j->b, ':');
	buf_pad(j->b, (uint64_t)rest / 60 % 60, 2);
	buf_char(j->b, ':');
	buf_pad(j->b, (uint64_t)rest % 60, 2);
	buf_char(j->b, 'Z');
	json_close_text(j);
}

void status_put_json(struct buf *b, enum lang lang, const struct status_answer *s, bool explain)
{
	const struct coverage_answer *a = &s->coverage;
	static const struct steps none;
	struct json j = json_start(b);

	json_open_object(&j);
	put_head(&j, lang, a);
	put_months(&j, a);
	put_debt(&j, a);
	put_key_money(&j, "to_pay", a->to_pay);
	if (!money_is_zero(s->advance))
		put_key_money(&j, "advance", s->advance);
	put_options(&j, a);
	put_steps(&j, lang, explain ? &a->steps : &none);
	json_put_key(&j, "law_digest");
	json_open_text(&j);
	digest_hex(b, s->law_digest.bytes, sizeof(s->law_digest.bytes));
	json_close_text(&j);
	put_key_code(&j, "answer_no", s->answer_no);
	json_put_key(&j, "as_of");
	if (s->has_as_of)
		put_instant(&j, s->as_of);
	else
		json_put_null(&j);
	json_close_object(&j);
}
