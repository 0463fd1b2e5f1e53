/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/biller.h"

#include "base/utf8.h"

enum {
	ACCOUNT_BYTES_MAX = 200,
	TIME_DIGITS = 14,
	WHOLE_DIGITS_MAX = 14, /* of a sum: MONEY_MAX_TIYN has 15 */
	SKEW_SECONDS = 300,    /* by which a bank's clock may be ahead of ours */
};

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static void wrong(struct biller_request *rq, enum biller_outcome what, const char *field)
{
	if (rq->problem != BILLER_OK)
		return;
	rq->problem = what;
	rq->field = field;
}

/* The values by parameter; p == NULL where there is none. */
static void gather(const struct biller_profile *p, const struct biller_pair *pairs, size_t count,
	struct str values[BILLER_PARAMS], struct biller_request *rq)
{
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < BILLER_PARAMS; k++) {
			if (!str_is(pairs[i].name, p->params[k]))
				continue;
			if (values[k].p)
				wrong(rq, BILLER_REQUEST, p->params[k]);
			else
				values[k] = (struct str){
					pairs[i].value.p ? pairs[i].value.p : "", pairs[i].value.n};
		}
}

static void read_command(
	const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	rq->command = BILLER_NO_COMMAND;
	if (!value.p) {
		wrong(rq, BILLER_REQUEST, p->params[BILLER_P_COMMAND]);
		return;
	}
	for (int c = 0; c < BILLER_COMMANDS; c++)
		if (str_is(value, biller_command_code((enum biller_command)c)) &&
			(p->commands & 1U << c))
			rq->command = (enum biller_command)c;
	if (rq->command == BILLER_NO_COMMAND)
		wrong(rq, BILLER_COMMAND_UNKNOWN, p->params[BILLER_P_COMMAND]);
}

static void read_txn(const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	if (!value.p)
		wrong(rq, BILLER_REQUEST, p->params[BILLER_P_TXN]);
	else if (!all_digits(value) || value.n > p->txn_digits)
		wrong(rq, BILLER_TXN_FORMAT, p->params[BILLER_P_TXN]);
	else
		rq->txn = value;
}

static void read_account(
	struct ctx *cx, const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	if (!value.p) {
		wrong(rq, BILLER_REQUEST, p->params[BILLER_P_ACCOUNT]);
		return;
	}
	if (value.n > ACCOUNT_BYTES_MAX || !utf8_valid(value, NULL)) {
		wrong(rq, BILLER_ACCOUNT_FORMAT, p->params[BILLER_P_ACCOUNT]);
		return;
	}
	rq->account = value;
	/* A machine writes twelve digits; what people type around them is not taken here. */
	rq->has_iin =
		value.n == IIN_DIGITS && all_digits(value) && iin_parse(cx, value, &rq->iin) == OK;
	err_clear(cx);
	rq->has_invoice = !rq->has_iin && invoice_no_read(value, &rq->invoice);
	if (!rq->has_iin && !rq->has_invoice)
		wrong(rq, BILLER_ACCOUNT_FORMAT, p->params[BILLER_P_ACCOUNT]);
}

/* Digits, then perhaps a dot and one or two more. */
static bool sum_read(struct str text, struct money *out)
{
	struct str rest = text, whole = str_cut(&rest, '.');
	uint64_t tenge, tiyn = 0;

	if (!all_digits(whole) || whole.n > WHOLE_DIGITS_MAX ||
		!str_to_u64(whole, MONEY_MAX_TIYN / 100, &tenge))
		return false;
	if (rest.p && (rest.n > 2 || !all_digits(rest) || !str_to_u64(rest, 99, &tiyn)))
		return false;
	*out = money_tiyn((int64_t)(tenge * 100 + (rest.n == 1 ? tiyn * 10 : tiyn)));
	return true;
}

static void read_sum(const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	const char *field = p->params[BILLER_P_SUM];
	bool dummy = rq->command == BILLER_CHECK && p->check_sum_is_dummy;
	bool needed = rq->command == BILLER_PAY;

	if (dummy || (!value.p && !needed))
		return;
	if (!value.p) {
		wrong(rq, BILLER_REQUEST, field);
		return;
	}
	rq->has_sum = sum_read(value, &rq->sum);
	if (!rq->has_sum)
		wrong(rq, BILLER_SUM_FORMAT, field);
	else if (!needed)
		return;
	else if (money_cmp(rq->sum, money_tiyn(p->sum_min_tiyn)) < 0)
		wrong(rq, BILLER_SUM_SMALL, field);
	else if (money_cmp(rq->sum, money_tiyn(p->sum_max_tiyn)) > 0)
		wrong(rq, BILLER_SUM_LARGE, field);
}

bool biller_time_read(struct str text, int64_t *time, struct day *day)
{
	uint64_t v;

	if (text.n != TIME_DIGITS || !str_to_u64(text, 99991231235959, &v) ||
		!day_from_number((int64_t)(v / 1000000), day))
		return false;
	*time = (int64_t)v;
	return v / 10000 % 100 < 24 && v / 100 % 100 < 60 && v % 100 < 60 &&
	       day_cmp(*day, DAY_MIN) >= 0 && day_cmp(*day, DAY_MAX) <= 0;
}

static void read_time(const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	if (rq->command != BILLER_PAY)
		return;
	rq->has_time = value.p && biller_time_read(value, &rq->time, &rq->day);
	if (!rq->has_time)
		wrong(rq, BILLER_DATE, p->params[BILLER_P_DATE]);
}

static void read_currency(
	const struct biller_profile *p, struct str value, struct biller_request *rq)
{
	if (value.p && !str_is(value, "KZT") && !str_is(value, "398"))
		wrong(rq, BILLER_CURRENCY, p->params[BILLER_P_CURRENCY]);
}

void biller_read(struct ctx *cx, const struct biller_profile *p, const struct biller_pair *pairs,
	size_t count, struct biller_request *out)
{
	struct str values[BILLER_PARAMS] = {{0}};

	*out = (struct biller_request){.field = ""};
	gather(p, pairs, count, values, out);
	read_command(p, values[BILLER_P_COMMAND], out);
	read_txn(p, values[BILLER_P_TXN], out);
	read_currency(p, values[BILLER_P_CURRENCY], out);
	/* The number alone names a transaction that was taken. */
	if (out->command == BILLER_CHECK || out->command == BILLER_PAY ||
		values[BILLER_P_ACCOUNT].p)
		read_account(cx, p, values[BILLER_P_ACCOUNT], out);
	read_sum(p, values[BILLER_P_SUM], out);
	read_time(p, values[BILLER_P_DATE], out);
}

/* Seconds since 1970 of a civil time in Astana. */
static int64_t seconds_of(const struct biller_request *rq)
{
	int64_t t = rq->time % 1000000;

	return day_start(rq->day).us / 1000000 + t / 10000 * 3600 + t / 100 % 100 * 60 + t % 100;
}

enum biller_outcome biller_check_day(
	const struct biller_profile *p, const struct biller_request *rq, struct instant now)
{
	if (seconds_of(rq) > now.us / 1000000 + SKEW_SECONDS)
		return BILLER_DATE;
	if (!rq->late && day_cmp(day_add(rq->day, (int)p->days_back), day_in_astana(now)) < 0)
		return BILLER_DATE;
	return BILLER_OK;
}
