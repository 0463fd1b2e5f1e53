/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: money moves from one account to another with a positive amount, by a recipe. Entries
 * are only added; a mistake is undone by a reversing entry. A document posts one entry for each
 * portion of its lines, the payments of a commit post one for all, with one transfer for each kind
 * of payer and purpose; the lines themselves are the sub-ledger (docs/adr).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "ledger/recipes.h"
#include "store/payments.h"

/* One movement of an entry. payer_kind and knp choose the sub-account. */
struct ledger_move {
	enum recipe recipe;
	enum payer_kind payer_kind;
	enum knp knp;
	struct money sum; /* > 0 */
};

enum { LEDGER_MOVES_MAX = 2 * PAYER_COUNT * KNP_COUNT + 8 };

struct ledger_entry {
	int64_t unit; /* shard key: the document, the first payment, or the turn of a month */
	int64_t seq;  /* number of the entry in its unit; (unit, seq) is the idempotency key */
	struct instant at;
	struct sha256 law_digest; /* of the law book in force for this program run */
	size_t lines;             /* lines of the sub-ledger that it stands for */
	uint64_t lines_check;     /* sum of their checks */
	const struct ledger_move *moves;
	size_t move_count;
};

/*
 * Adds a move for each sum that is not zero, behind the `count` that `moves` has; returns how many
 * it has then.
 */
size_t ledger_moves(enum recipe recipe, const struct money sums[PAYER_COUNT][KNP_COUNT],
	struct ledger_move moves[LEDGER_MOVES_MAX], size_t count);

/*
 * Posts an entry and reads it back. The same entry again changes nothing (`*is_new` false; may be
 * NULL). Inside tx_run(TX_WRITE). Errors: MONEY_ZERO, MONEY_NEGATIVE, LINE_CONFLICT (the same key
 * with other content), DB_CONSTRAINT (the day is sealed), DB_BROKEN (read back differently), DB_*.
 */
ST ledger_post(struct ctx *cx, struct db *db, const struct ledger_entry *entry, bool *is_new);

/* Other lines of a portion that turned out not to be new. */
struct portion_also {
	size_t repeated;
	struct suspense_line *held; /* room for other_lines */
	size_t held_count;
};

/* A portion of a document: one transaction. */
struct portion {
	int64_t intake;
	size_t lines_before;                 /* lines of earlier portions = intake.lines_done */
	const struct payment_line *payments; /* sorted by (month, person, doc, line) */
	size_t payment_count;
	const struct refund_line *refunds; /* sorted in the same way */
	size_t refund_count;
	const struct suspense_line *suspense;
	size_t suspense_count;
	size_t other_lines; /* lines without money (people, spells) that `also` writes */
	/* Written in the same transaction, before suspense and progress; NULL = nothing. */
	tx_fn *also;
	void *also_arg;
	/* What `also` found of its other_lines, set by it; NULL = all of them are new. */
	const struct portion_also *also_found;
	bool last; /* finishes the document */
	struct sha256 law_digest;
	struct instant at;
};

struct portion_result {
	/* false: another process has come further meanwhile, nothing was written; go on from
	 * lines_done. */
	bool applied;
	size_t lines_done;
	size_t lines_new, lines_repeated;
	/* Lines that turned out to contradict what is known; they went to suspense. */
	const struct suspense_line *conflicts;
	size_t lines_conflict;
};

/*
 * Writes a portion of at most LIMIT_PORTION_LINES lines: lines, suspense, ledger entry, list of
 * coverage work and progress, all or nothing. Errors: E_LIMIT (CALC_TOO_MANY), those of
 * payments_add() and ledger_post().
 */
ST ledger_post_portion(
	struct ctx *cx, struct db *db, const struct portion *portion, struct portion_result *out);

/* Balance of the accounts of one kind: credits minus debits. A report. */
ST ledger_balance(struct ctx *cx, struct db *db, enum account_kind kind, struct money *out);

/*
 * Seals all days before `today` that have entries and no seal: each seal is the digest of the day's
 * entries and of the seal before. `*sealed` = how many days. A transaction of its own.
 */
ST ledger_seal(struct ctx *cx, struct db *db, struct day today, int *sealed);

struct ledger_seal_row {
	struct day day;
	int64_t entries;
	struct sha256 digest;
};
/* The newest seal; `*found` false when there is none. */
ST ledger_last_seal(struct ctx *cx, struct db *db, struct ledger_seal_row *out, bool *found);

#endif
