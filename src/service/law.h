/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law book for people: what holds on a day, and whose sums another book changes.
 */
#ifndef SERVICE_LAW_H
#define SERVICE_LAW_H

#include "rules/contribution.h"

/*
 * The book in a few lines: months, digest, how many rows hold and how many of them nobody has
 * compared with the act; with `name_unverified` these one by one, with file and line.
 */
void law_put_check_text(
	struct buf *b, enum lang lang, const struct lawbook *book, bool name_unverified);
void law_put_check_json(struct buf *b, const struct lawbook *book, bool name_unverified);

/*
 * What holds on a day: units, each payer's sums, and every other row of the book with article,
 * source and mark. Special periods are told whenever they were, days of the calendar in their year.
 */
void law_put_text(struct buf *b, enum lang lang, const struct lawbook *book, struct day on);
void law_put_json(struct buf *b, enum lang lang, const struct lawbook *book, struct day on);

/* One row of rates: "3 %, cap 850 000 ₸"; as keys of the open object of `j`. */
struct json;
void law_put_rate_text(struct buf *b, enum lang lang, const struct law_rate *row);
void law_put_rate_json(struct json *j, const struct law_rate *row);

/* What one book answers to one question: sums, or the error that says why there are none. */
struct law_outcome {
	enum err err; /* ERR_NONE: the sums hold */
	struct money sums[KNP_COUNT];
};

/* One question that the two books answer differently in all months from `from` to `to`. */
struct law_sum_change {
	enum payer_kind kind;
	bool has_income, has_place, village;
	struct money income;
	struct month from, to;
	struct law_outcome before, after;
};

/* On the days from … to the one book holds the row `before`, the other `after`; NULL = none. */
struct law_row_change {
	struct day from, to;
	const struct law_row *before, *after;
};

struct law_diff {
	const struct lawbook *before, *after;
	bool same_text; /* the digests are equal */
	struct law_sum_change *sums;
	size_t sum_count, sums_dropped; /* more than LIMIT_LAW_CHANGES are counted only */
	struct law_row_change *rows;
	size_t row_count; /* sorted by section and key */
};

/*
 * Asks both books about every payer, every month of either book and a ladder of incomes, and
 * compares all their rows, of every kind, day by day; an answer to an open question that is not the
 * chosen one is compared too. Lives in cx->arena. Errors: none of its own; MONEY_RANGE cannot
 * happen with these incomes.
 */
ST law_diff_books(struct ctx *cx, const struct lawbook *before, const struct lawbook *after,
	struct law_diff *out);
/* No sum and no row differs. */
bool law_diff_empty(const struct law_diff *diff);
void law_diff_put_text(struct buf *b, enum lang lang, const struct law_diff *diff);
/* same, sums, sums_dropped and rows, as keys of the open object of `j`. */
void law_diff_put_json(struct json *j, const struct law_diff *diff);

#endif
