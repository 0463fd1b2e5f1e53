/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/biller/biller.h"

#include "base/log.h"
#include "channels/biller/pairs.h"
#include "channels/http/later.h"
#include "channels/http/lookup.h"
#include "channels/http/site.h"
#include "service/biller.h"

/* A payment or cancellation while it waits for the commit of its turn. */
struct job {
	struct later later;
	const struct biller_profile *p;
	struct biller_request rq;
	struct biller_reply reply;
};

static struct reply *answer(struct request *rq, const struct biller_profile *p,
	const struct biller_request *b, const struct biller_reply *r)
{
	if (r->outcome != BILLER_OK)
		log_event(rq->call->cx, LOG_INFO, "biller.refused",
			"bank=%s command=%s outcome=%s field=%s", p->bank,
			biller_command_code(b->command), biller_outcome_code(r->outcome),
			b->field ? b->field : "");
	return reply_text(rq, biller_http(p, r->outcome), biller_media_type(p), r->body);
}

static struct reply *refuse(struct request *rq, const struct biller_profile *p,
	const struct biller_request *b, enum biller_outcome outcome)
{
	struct biller_reply r;

	biller_refuse(rq->call, p, b, outcome, &r);
	return answer(rq, p, b, &r);
}

/* What fails on our side is "later" to the bank: nothing was taken, the same request may come. */
static struct reply *later_please(
	struct request *rq, const struct biller_profile *p, const struct biller_request *b)
{
	const struct err_slot *e = &rq->call->cx->err;

	log_event(rq->call->cx, LOG_BROKEN, "biller.failed",
		"bank=%s command=%s code=%s at=%s:%d detail=\"%s\"", p->bank,
		biller_command_code(b->command), err_info(e->code)->name, e->file, e->source_line,
		e->detail);
	err_clear(rq->call->cx);
	return refuse(rq, p, b, BILLER_LATER);
}

/* ---- Payments: after the commit -------------------------------------------------------------- */

static ST run_job(struct call *call, struct arena *keep, void *arg)
{
	struct job *job = arg;

	return biller_take(call, job->p, &job->rq, keep, &job->reply);
}

static void foresee_job(struct call *call, void *arg)
{
	struct job *job = arg;

	biller_foresee(call, job->p, &job->rq);
}

static struct reply *answer_job(struct request *rq, struct later *later)
{
	struct job *job = later->unit.arg;

	if (later->unit.st != OK)
		return later_please(rq, job->p, &job->rq);
	return answer(rq, job->p, &job->rq, &job->reply);
}

static int64_t order_of(const struct biller_request *b)
{
	int64_t n = 0;

	for (int i = 0; b->has_iin && i < IIN_DIGITS; i++)
		n = n * 10 + (b->iin.d[i] - '0');
	return n;
}

static struct reply *take(
	struct request *rq, const struct biller_profile *p, const struct biller_request *b)
{
	struct job *job = ARENA_NEW(rq->keep, struct job);

	job->p = p;
	job->rq = *b;
	job->rq.txn = str_copy(rq->keep, b->txn);
	job->rq.account = str_copy(rq->keep, b->account);
	job->later = (struct later){
		{.run = run_job, .foresee = foresee_job, .arg = job, .order = order_of(b)},
		answer_job};
	return reply_later(rq, &job->later);
}

static struct reply *ask(
	struct request *rq, const struct biller_profile *p, const struct biller_request *b)
{
	struct biller_reply r;
	enum st st = biller_ask(rq->call, p, b, &r);

	/* The answer about an invoice says nothing about the status of its person. */
	if (b->command == BILLER_CHECK && b->has_iin)
		lookup_note(rq, &b->iin,
			st != OK    ? LOOKUP_FAILED
			: r.insured ? LOOKUP_INSURED
				    : LOOKUP_NOT_INSURED);
	return st == OK ? answer(rq, p, b, &r) : later_please(rq, p, b);
}

/* ---- The request ----------------------------------------------------------------------------- */

/* Only our own proxy knows the certificate of the connection; from others the field means nothing.
 */
static struct str certificate_of(const struct request *rq)
{
	return rq->site->settings.behind_proxy ? request_header(rq, "x-client-cert-sha256")
					       : (struct str){0};
}

struct reply *biller_serve(struct request *rq)
{
	const struct biller_profile *p = biller_profile_find(request_param(rq, "bank"));
	const struct biller_access *access = rq->site->hooks.banks;
	struct biller_request b = {.command = BILLER_NO_COMMAND, .field = ""};
	struct biller_pairs pairs;

	if (!p)
		return reply_fail(rq, NOT_FOUND);
	if (!access || !biller_access_allows(access, p, &rq->peer, certificate_of(rq)))
		return refuse(rq, p, &b, BILLER_ADDRESS);
	if (!biller_pairs_read(rq, p, &pairs))
		return refuse(rq, p, &b, BILLER_REQUEST);
	biller_read(rq->call->cx, p, pairs.items, pairs.count, &b);
	if (b.problem != BILLER_OK)
		return refuse(rq, p, &b, b.problem);
	if (b.command == BILLER_PAY || b.command == BILLER_CANCEL)
		return take(rq, p, &b);
	return ask(rq, p, &b);
}
