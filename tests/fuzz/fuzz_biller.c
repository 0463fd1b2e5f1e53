/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first line is the query of a bank's request, read as each bank's; the rest is its register,
 * and an answer that it reads.
 */
#include "channels/http/form.h"
#include "formats/biller_heard.h"
#include "formats/biller_register.h"
#include "fuzz/fuzz.h"

enum { PAIRS_MAX = 64 };

static size_t read_pairs(struct ctx *cx, struct str query, struct biller_pair *pairs)
{
	size_t n = 0;
	bool end;

	while (n < PAIRS_MAX &&
		form_next(cx, &query, &pairs[n].name, &pairs[n].value, &end) == OK && !end)
		n++;
	err_clear(cx);
	return n;
}

static void check_request(const struct biller_profile *p, const struct biller_request *rq)
{
	must(rq->problem < BILLER_OUTCOMES && rq->txn.n <= p->txn_digits);
	if (rq->problem != BILLER_OK)
		return;
	must(rq->command < BILLER_COMMANDS && (p->commands & 1U << rq->command) && rq->txn.n > 0);
	must(!rq->has_iin || iin_valid(rq->iin.d));
	if (rq->command == BILLER_CHECK || rq->command == BILLER_PAY)
		must(rq->has_iin != rq->has_invoice);
	if (rq->command == BILLER_PAY)
		must(rq->has_sum && rq->has_time && money_to_tiyn(rq->sum) >= p->sum_min_tiyn &&
			money_to_tiyn(rq->sum) <= p->sum_max_tiyn);
}

static void check_register(struct ctx *cx, const struct biller_profile *p, struct str text)
{
	const struct biller_input in = {.text = text};
	struct biller_register r;

	if (biller_register_parse(cx, p, &in, &r) != OK)
		r.count = 0;
	for (size_t i = 0; i < r.count; i++) {
		const struct biller_row *row = biller_register_at(&r, i);

		must(row->has_invoice ? invoice_no_valid(row->invoice.n) : iin_valid(row->iin.d));
		must(!money_is_negative(row->sum) && !money_is_zero(row->sum) && row->txn_n > 0);
	}
	err_clear(cx);
}

/* The same bytes as an answer that a bank reads. */
static void check_answer(struct ctx *cx, const struct biller_profile *p, struct str body)
{
	struct biller_heard heard;

	if (body.n < BILLER_HEARD_BYTES_MAX && biller_heard_read(cx, p, body, &heard) == OK)
		must(heard.txn.p && heard.comment.p && heard.result >= 0 &&
			(!heard.has_sum || !money_is_negative(heard.sum)));
	err_clear(cx);
}

FUZZ_TARGET
{
	struct str rest = input, query = str_cut(&rest, '\n');
	struct biller_pair pairs[PAIRS_MAX];
	size_t count, n = read_pairs(cx, query, pairs);
	const struct biller_profile *all = biller_profiles(&count);

	for (size_t i = 0; i < count; i++) {
		struct biller_request rq;
		struct buf b = buf_new(cx->arena, 1 << 16);

		biller_read(cx, &all[i], pairs, n, &rq);
		check_request(&all[i], &rq);
		(void)biller_check_day(&all[i], &rq, (struct instant){1780000000LL * 1000000});
		biller_put(&b, &all[i],
			&(struct biller_answer){.outcome = rq.problem,
				.txn = rq.txn,
				.sum = rq.has_sum ? rq.sum : MONEY_ZERO,
				.comment = query.n < 8000 ? query : (struct str){0}});
		must(!b.over && b.n > 0);
		check_register(cx, &all[i], rest.p ? rest : (struct str){"", 0});
		check_answer(cx, &all[i], rest.p ? rest : (struct str){"", 0});
	}
}
