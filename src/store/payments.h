/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was taken in: documents (intake), their payment and refund lines, and the lines that could
 * not be placed (suspense). Importers use ledger_post_portion() of ledger/ledger.h, which puts a
 * portion of lines and its ledger entry into one transaction.
 *
 * Lines are keyed (month, person, doc, line): a new month is appended at the end of the table.
 */
#ifndef STORE_PAYMENTS_H
#define STORE_PAYMENTS_H

#include "domain/facts.h"
#include "store/db.h"

/* First 63 bits of SHA-256(source ‖ 0 ‖ ref): the key of a document. Never negative. */
int64_t doc_key(struct str source, struct str ref);

enum intake_kind {
	INTAKE_MT102 = 1,
	INTAKE_PAYMENTS = 2, /* CSV register of payments */
	INTAKE_REFUNDS = 3,
	INTAKE_PEOPLE = 4,
	INTAKE_SPELLS = 5,
	INTAKE_DEMO = 6,
	INTAKE_RETURNS = 7, /* bank messages that take payments back */
	INTAKE_WAITED = 8,  /* refunds and returns that waited for their payment */
	INTAKE_ISO20022 = 9,
};

/* A document as it is announced, after the whole of it was validated. */
struct intake_new {
	enum intake_kind kind;
	struct str source;    /* "mt102:<sender>", "csv", …; at most 64 bytes */
	struct str ref;       /* the source's own reference, or the digest in hex; at most 128 */
	struct sha256 digest; /* of the content */
	size_t lines;         /* all lines, suspense included */
	struct money sum;     /* of all lines; zero where there is no money */
	struct instant at;
};

struct intake {
	int64_t intake; /* = doc_key(source, ref) */
	enum intake_kind kind;
	struct sha256 digest;
	size_t lines;
	size_t lines_done; /* lines of finished portions, in the importer's sorted order */
	size_t portions;   /* finished portions */
	size_t lines_new, lines_repeated, lines_suspense;
	struct money sum, sum_new, sum_repeated, sum_suspense;
	bool finished;
	struct instant at, done_at;
};

/*
 * Announces a document. When it is known already, `out` tells how far it came: go on from
 * `lines_done`, or do nothing when `finished`. A transaction of its own.
 * Errors: LINE_CONFLICT (same source and ref, other content), DB_*.
 */
ST intake_begin(struct ctx *cx, struct db *db, const struct intake_new *in, struct intake *out);
ST intake_find(struct ctx *cx, struct db *db, int64_t intake, struct intake *out, bool *found);
/* The source's own reference of a document, in cx->arena. */
ST intake_ref(struct ctx *cx, struct db *db, int64_t intake, struct str *ref, bool *found);
/* When the last document was finished; `*found` false when there is none. */
ST intake_latest(struct ctx *cx, struct db *db, struct instant *out, bool *found);

struct payment_line {
	struct iin iin;
	int64_t person; /* people_key() of iin */
	struct payment_fact fact;
	uint32_t at; /* its place in the file, for what is said about it; not kept */
};
struct refund_line {
	struct iin iin;
	int64_t person;
	struct refund_fact fact;
	uint32_t at;
};
/* A line that cannot be placed. Texts are cut to 200 bytes, the source line to 1000. */
struct suspense_line {
	uint64_t doc;      /* 0 = the document that is taken in */
	uint32_t line;     /* of the document */
	enum err reason;   /* what is wrong with it */
	struct str field;  /* "iin", "month", … */
	struct str given;  /* the number as it was given: shown to operators only */
	struct money sum;  /* may be zero when it could not be read */
	struct str source; /* the line as it came */
	uint32_t at;       /* its place in the file, not kept; 0 = `line` */
};

/* Sums of new lines by who pays and for what, for the ledger. */
struct line_totals {
	struct money sum[PAYER_COUNT][KNP_COUNT];
	size_t lines;
	struct money total;
	uint64_t check; /* sum of the line checks, modulo 2^64 */
};

struct lines_result {
	struct line_totals added;
	size_t repeated; /* there already, with the same content */
	struct money repeated_sum;
	/* There already with other content: LINE_CONFLICT; indexes into the lines given. */
	size_t *conflicts;
	size_t conflict_count;
};

/*
 * Adds lines sorted by (month, person, doc, line); persons are added where absent. A line with a
 * known key and other content is not written but listed in `conflicts`. For use inside
 * tx_run(TX_WRITE); ledger_post_portion() calls it. Errors: PERSON_CONFLICT, MONEY_RANGE, DB_*.
 */
ST payments_add(struct ctx *cx, struct db *db, int64_t intake, const struct payment_line *lines,
	size_t count, struct lines_result *out);
/*
 * Adds lines that are known to be new, of persons who exist and whose summary rows the caller
 * writes in the same transaction: no work is left behind. Best sorted by (month, person). Errors:
 * LINE_CONFLICT (one was there), MONEY_RANGE, DB_*.
 */
struct placed_line {
	struct payment_line line;
	int64_t by; /* what placed the money on the month: the transaction itself, or a later one */
};
ST payments_add_placed(struct ctx *cx, struct db *db, const struct placed_line *lines, size_t count,
	struct lines_result *out);
ST refunds_add(struct ctx *cx, struct db *db, int64_t intake, const struct refund_line *lines,
	size_t count, struct lines_result *out);
/* Numbered from `first` within the document. */
ST suspense_add(struct ctx *cx, struct db *db, int64_t intake, size_t first,
	const struct suspense_line *lines, size_t count, struct line_totals *out);

/* The check of one line: SipHash of all its fields under the secret of the installation. */
uint64_t payment_line_check(const struct db *db, const struct payment_line *line);
uint64_t refund_line_check(const struct db *db, const struct refund_line *line);

/* What a portion adds to the progress of its document. */
struct intake_step {
	int64_t intake;
	size_t lines_before; /* lines_done that this portion starts from */
	size_t lines;        /* of this portion */
	size_t lines_new, lines_repeated, lines_suspense;
	struct money sum_new, sum_repeated, sum_suspense;
	bool last;
	struct instant at;
};
/* `*applied` is false when another process has come further meanwhile; nothing is changed then. */
ST intake_advance(struct ctx *cx, struct db *db, const struct intake_step *step, bool *applied);

struct suspense_row {
	int64_t intake;
	uint64_t doc;
	uint32_t line;
	int reason; /* number of errors.def */
	struct str field, given, source;
	struct money sum;
};
/* The lines of a document that could not be placed, in cx->arena, at most `max`. */
ST suspense_list(struct ctx *cx, struct db *db, int64_t intake, size_t max,
	struct suspense_row **out, size_t *count);

/*
 * What is left of a payment line after refunds, to check a refund before it is written:
 * `*found` false = REFUND_NO_PAYMENT, too little left = REFUND_TOO_MUCH (the caller decides).
 */
ST payment_left(struct ctx *cx, struct db *db, int64_t person, struct month month, uint64_t doc,
	uint32_t line, struct money *left, bool *found);

#endif
