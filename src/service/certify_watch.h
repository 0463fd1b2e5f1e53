/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance kit of the banks' channel, the biller's side: takes the payments of a bank's
 * program, treats each account as its case says (loses the answer, answers late, refuses) and
 * watches what the program does then. Pure but for the words: no connection and no clock in here
 * (channels/certify).
 */
#ifndef SERVICE_CERTIFY_WATCH_H
#define SERVICE_CERTIFY_WATCH_H

#include "service/certify.h"

enum {
	WATCH_CASES_MAX = 16,
	WATCH_TXNS_MAX = 16,  /* of one case that are told apart */
	WATCH_TXN_CHARS = 40, /* above the digits of any profile */
	WATCH_EXAMPLE_BYTES = 300,
	WATCH_PACE = 5, /* requests of one payment that may come within a second */
};

/* What a bank's program must keep; the words are the messages certify.rule.<code>. */
enum watch_rule {
	WATCH_READABLE,    /* every request is in the form of the profile */
	WATCH_CHECK_FIRST, /* a check of the account comes before its payment */
	WATCH_SAME,        /* a repetition has the same account, sum and moment */
	WATCH_AGAIN,       /* what was not answered, or "not now", comes again or is asked for */
	WATCH_NO_NEW,      /* and not under another number meanwhile */
	WATCH_STOP,        /* what was refused for good does not come again */
	WATCH_NO_PAY,      /* an account that the check refuses is not paid */
	WATCH_SECOND,      /* the second payment has a number of its own */
	WATCH_PACED,       /* at most WATCH_PACE times a second */
	WATCH_RULES
};
const char *watch_rule_code(enum watch_rule r);

/* What becomes of the bytes of an answer. */
enum watch_how {
	WATCH_SEND,
	WATCH_DROP,      /* the connection ends without one */
	WATCH_SLOW,      /* it comes after the bank's time is over */
	WATCH_CUT,       /* half of it */
	WATCH_PAGE,      /* a page of some proxy in its place, HTTP 200 */
	WATCH_500,       /* HTTP 500, and nothing was taken */
	WATCH_OTHER_TXN, /* that of another payment */
	WATCH_TWICE,     /* two times, one behind the other */
	WATCH_HOWS
};

/* "drop", …; the words are the messages certify.how.<code>. */
const char *watch_how_code(enum watch_how how);

struct watch_case {
	const char *name;
	enum msg title;
	const char *source;
	enum biller_outcome check; /* what a check is answered */
	enum biller_outcome pay;   /* what the first `times` payments are answered, if not OK */
	enum watch_how how;        /* what becomes of the first `times` answers to a payment */
	unsigned times;
	unsigned payments; /* that must end well; 0: none may */
	bool no_account;   /* the case is about all requests */
};

struct watch_txn {
	char txn[WATCH_TXN_CHARS];
	struct money sum;
	int64_t time;    /* of the bank */
	int64_t receipt; /* ours */
	bool taken, cancelled;
	bool refused; /* for good */
	bool settled; /* the bank knows what became of it */
	int64_t came_us[WATCH_PACE + 1];
	size_t came;
};

struct watched {
	const struct watch_case *c;
	struct iin account;
	bool applies;
	unsigned checks, pays, treated;
	struct watch_txn txns[WATCH_TXNS_MAX];
	size_t txn_count;
	unsigned broken;                                 /* bits 1 << enum watch_rule */
	char examples[WATCH_RULES][WATCH_EXAMPLE_BYTES]; /* the request that broke it; masked */
	int64_t last_us;
};

struct watch {
	const struct biller_profile *bank;
	int64_t wait_us; /* how long the next step of the bank is waited for, and silence must last
			  */
	int64_t slow_us;
	struct watched cases[WATCH_CASES_MAX];
	size_t count;
	int64_t receipts;
};

/*
 * `only` is the name of one case, empty = all. Errors: VALUE_UNKNOWN (no such case, field
 * "--only").
 */
ST watch_start(
	struct ctx *cx, const struct biller_profile *bank, struct str only, struct watch *out);

struct watch_reply {
	const struct watch_case *c; /* whose request it was; NULL: of no account of the kit */
	struct biller_request rq;
	enum biller_outcome outcome;
	enum watch_how how;
	int http;
	const char *media_type;
	struct str body;           /* in cx->arena */
	struct watch_txn *settles; /* once the answer has reached the bank; or NULL */
};

/*
 * One request as it came; `pairs` is NULL when it is none by its form. `now_us` only ever grows.
 * Never fails: what is wrong is a broken rule and an answer.
 */
void watch_request(struct watch *w, struct ctx *cx, const struct biller_pair *pairs, size_t count,
	int64_t now_us, struct watch_reply *out);
/* The bank has got the answer. */
void watch_delivered(const struct watch_reply *reply);

/* What is known of a case; CERTIFY_NOT_SEEN until the bank's program has come to it. */
enum certify_verdict watch_verdict(const struct watched *c);
/* Has every case been seen, and nothing more come to it for as long as is waited? */
bool watch_over(const struct watch *w, int64_t now_us);
/* To be called at the end: what should have come again and has not, is a broken rule now. */
void watch_end(struct watch *w);

void watch_put_json(struct buf *b, enum lang lang, const struct watch *w);

#endif
