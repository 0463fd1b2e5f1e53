/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance kit of the banks' channel, the bank's side: speaks to a biller as one bank by its
 * profile and says case by case whether the answers keep the protocol (docs/certify.md). The cases
 * are a table; how a request travels is a function of the caller's, so that the same cases run over
 * the network and in a test.
 */
#ifndef SERVICE_CERTIFY_H
#define SERVICE_CERTIFY_H

#include "formats/biller_heard.h"
#include "text/say.h"

enum {
	CERTIFY_AT_ONCE = 2, /* requests that leave at the same moment */
	CERTIFY_STEPS_MAX = 5,
	CERTIFY_EXCHANGES_MAX = CERTIFY_STEPS_MAX * CERTIFY_AT_ONCE,
	CERTIFY_ACCOUNTS_MAX = 16,
};

enum certify_verdict { CERTIFY_PASSED, CERTIFY_FAILED, CERTIFY_NOT_APPLICABLE, CERTIFY_NOT_SEEN };
/* "passed", "failed", "not_applicable", "not_seen". */
const char *certify_verdict_code(enum certify_verdict v);

/* What is wrong with an answer, the gravest first. */
enum certify_problem {
	CERTIFY_FINE,
	CERTIFY_NO_ANSWER,
	CERTIFY_HTTP,          /* another HTTP status */
	CERTIFY_UNREADABLE,    /* not in the form of the profile */
	CERTIFY_OTHER_RESULT,  /* another number of result */
	CERTIFY_OTHER_TXN,     /* about another transaction */
	CERTIFY_NO_RECEIPT,    /* a payment without the biller's number */
	CERTIFY_OTHER_SUM,     /* not what was paid */
	CERTIFY_OTHER_BYTES,   /* not the stored answer */
	CERTIFY_SAME_RECEIPT,  /* two payments under one number */
	CERTIFY_NOT_ONE,       /* of two contradictions not exactly one was taken */
	CERTIFY_MEDIA_TYPE,    /* Content-Type is not that of the form */
	CERTIFY_CACHED,        /* no Cache-Control: no-store */
	CERTIFY_NAMES_ACCOUNT, /* the whole IIN is repeated */
	CERTIFY_LATE,          /* slower than was granted */
	CERTIFY_PROBLEMS
};
/* "no_answer", …; the words are the messages certify.problem.<code>. */
const char *certify_problem_code(enum certify_problem p);

/* ---- How requests travel --------------------------------------------------------------------- */

struct certify_request {
	bool post;
	struct str url;           /* with its query */
	const char *content_type; /* of the body; NULL without one */
	struct str body;
	enum lang lang; /* Accept-Language */
	bool hang_up;   /* the connection ends before anybody has read the answer */
};

struct certify_answer {
	bool came; /* complete, within the time */
	int http;
	int64_t us; /* from the first byte sent to the last one read */
	struct str media_type, cache, body;
	struct str trouble; /* in a word, when none came: "timeout" */
};

/*
 * Sends `n` requests at the same moment over connections of their own and fills the answers, in
 * cx->arena. That no answer came is no error. Errors: what makes sending impossible at all.
 */
typedef enum st certify_send_fn(void *arg, struct ctx *cx, const struct certify_request *rq,
	size_t n, struct certify_answer *out);

/* ---- A run ----------------------------------------------------------------------------------- */

struct certify_case; /* certify_cases.h */

/* A request, what came, and what was due. Texts that could name a person are masked. */
struct certify_exchange {
	struct str sent; /* "GET /biller/kaspi?command=…" */
	struct str body; /* of what came, its beginning */
	bool came;
	int http, due_http;
	bool has_result;
	int64_t result, due_result;
	enum biller_outcome due;
	bool either; /* one of two must be taken, the other one must be `due` */
	bool unread; /* nobody waited for the answer */
	int64_t us;
	struct str trouble;
	enum certify_problem problem;
};

struct certify_result {
	const struct certify_case *c;
	enum certify_verdict verdict;
	enum certify_problem problem; /* of the first exchange that has one */
	struct certify_exchange exchanges[CERTIFY_EXCHANGES_MAX];
	size_t count;
};

struct certify_plan {
	const struct biller_profile *bank;
	struct str url;                            /* of the biller, before "/biller/…" */
	struct str accounts[CERTIFY_ACCOUNTS_MAX]; /* that the biller knows */
	size_t account_count;
	struct str unknown; /* a number of a person that it does not know */
	struct money sum;   /* of each payment */
	int64_t within_ms;  /* an answer that comes later is a failure */
	struct str only;    /* the name of one case; empty = all */
	certify_send_fn *send;
	/* Called after each case; may be NULL. */
	void (*told)(void *arg, const struct certify_result *r);
	void *arg; /* of both */
};

struct certify_report {
	struct certify_result *results;
	size_t count;
	size_t by_verdict[CERTIFY_NOT_SEEN + 1];
	size_t paid, cancelled; /* payments that the biller acknowledged, and that it took back */
	struct str *left;       /* transactions that stay paid or may be */
	size_t left_count;
	struct money sum; /* of each of them */
	int64_t slowest_us;
};

/*
 * Runs the cases one after the other and takes back what it paid where the protocol can. The report
 * is in cx->arena. Errors: VALUE_UNKNOWN (no case of this name, field "--only"), those of `send`.
 */
ST certify_run(struct ctx *cx, const struct certify_plan *plan, struct certify_report *out);

/* A number of a person that belongs to nobody: number `n` (0 … 99) of a series born in 1885. */
void certify_iin(unsigned n, struct iin *out);
/* Every whole IIN in the text becomes "••••••••9911". In cx->arena. */
struct str certify_mask(struct ctx *cx, struct str text);

/* "The sum with a comma": what the case tries, in words. */
void certify_put_title(struct buf *b, enum lang lang, const struct certify_case *c);
/* One object; texts for people in `lang`. */
void certify_put_json(struct buf *b, enum lang lang, const struct certify_plan *plan,
	const struct certify_report *r);

#endif
