/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the audit: what its parts share. Nothing here is used by the functions that write.
 */
#ifndef LEDGER_AUDIT_WORK_H
#define LEDGER_AUDIT_WORK_H

#include "ledger/audit.h"

enum { AUDIT_KINDS = PAYER_COUNT, AUDIT_KNPS = KNP_COUNT, AUDIT_ACCOUNT_KINDS = 10 };

/* A document: what its row says, and what was counted in the tables. */
struct audit_doc {
	int64_t intake, kind;
	int64_t lines, lines_done, lines_new, lines_repeated, lines_suspense;
	int64_t amount, amount_new, amount_repeated, amount_suspense;
	bool finished;
	int64_t counted_lines, counted_amount, counted_suspense, counted_suspense_amount;
	uint64_t check;       /* of all lines, less that of the entries: zero when right */
	int64_t posted_lines; /* of the entries */
	int64_t held;         /* suspense lines less their postings */
	/* Lines less postings, by payer kind and purpose: zero when right. */
	int64_t received[AUDIT_KINDS][AUDIT_KNPS];
	int64_t refunded[AUDIT_KINDS][AUDIT_KNPS];
};

/*
 * A bank's transaction: what its row says, and what was counted in the tables. A turn of the month
 * that placed advances is one without a row.
 */
struct audit_bank {
	int64_t txn, person, posted;
	int64_t amount, placed, advance, lines;
	bool cancelled, is_event;
	int64_t counted_lines, counted; /* its own money on months, by itself */
	int64_t used, used_rows;        /* the same by others: lines, and rows of advance_used */
	int64_t placed_lines, placed_for, placed_rows; /* money of others on months, by it */
	int64_t back_lines, back;                      /* its own money that a cancellation took */
	int64_t freed, freed_rows;                     /* the same taken off by others */
	int64_t released_lines, released, released_rows; /* money of others that it took off */
	int64_t advance_kept, advance_back;
	uint64_t check, check_back; /* of its lines and refunds */
	/* Postings of entry 0: for all transactions that name it. */
	int64_t posted_own, posted_used, posted_advance, posted_lines;
	uint64_t posted_check;
	int64_t due_own, due_used, due_advance, due_lines; /* the same as it must be */
	uint64_t due_check;
	/* Postings of its cancellation. */
	int64_t posted_back, posted_released, posted_advance_back, posted_back_lines;
	uint64_t posted_check_back;
};

/* One line, or one posting, of a bank's transaction. */
struct audit_line {
	int64_t person, doc, kind, knp, amount;
	uint64_t check;
};

struct audit_work {
	struct audit_report *report;
	const struct audit_options *options;
	struct arena *arena;      /* as long as the audit */
	unsigned char secret[16]; /* of the installation, read anew */
	struct audit_doc *docs;   /* ascending */
	size_t doc_count;
	size_t last_doc;                      /* of the last look-up: lines come in runs */
	int64_t balance[AUDIT_ACCOUNT_KINDS]; /* credits less debits */
	struct audit_bank *banks;             /* ascending */
	size_t bank_count;
	/* Lines of banks less their postings, by payer kind and purpose: zero when right. */
	int64_t bank_kinds[AUDIT_KINDS][AUDIT_KNPS];
};

/* Records one finding; `wrong_tiyn` is 0 where it is no sum. */
__attribute__((format(printf, 4, 5))) void audit_found(
	struct audit_work *w, enum audit_check check, int64_t wrong_tiyn, const char *fmt, ...);

/* NULL when there is no such document. */
struct audit_doc *audit_doc_find(struct audit_work *w, int64_t intake);

/* NULL when there is no such transaction. */
struct audit_bank *audit_bank_find(struct audit_work *w, int64_t txn);
void audit_bank_line(struct audit_work *w, struct audit_bank *b, const struct audit_line *l);
void audit_bank_refund(struct audit_work *w, struct audit_bank *b, const struct audit_line *l);
/* The entry `seq` of a unit that is a bank's transaction. */
void audit_bank_entry(struct audit_bank *b, int64_t seq, int64_t lines, uint64_t check);
void audit_bank_posting(
	struct audit_work *w, struct audit_bank *b, int64_t recipe, const struct audit_line *l);

/* In this order. */
ST audit_docs(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_banks(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_invoices(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_lines(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_refund_limits(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_waits(struct ctx *cx, struct db *db, struct audit_work *w);
ST audit_transfers(struct ctx *cx, struct db *db, struct audit_work *w);
void audit_compare_docs(struct audit_work *w);
void audit_compare_banks(struct audit_work *w);
ST audit_seals(struct ctx *cx, struct db *db, struct audit_work *w);

#endif
