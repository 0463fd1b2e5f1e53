/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law book for people: what holds on a day, and whose sums another book changes.
 */
#ifndef SERVICE_LAW_H
#define SERVICE_LAW_H

#include "rules/contribution.h"

/* The book in a few lines: months, digest, rows that nobody has verified. */
void law_put_check_text(struct buf *b, enum lang lang, const struct lawbook *book);
void law_put_check_json(struct buf *b, const struct lawbook *book);

/* What holds on a day: units, each payer's sums, categories, penalty, due day, open questions. */
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

struct law_row_change {
	const struct law_rate *row;
	bool added; /* else it is gone */
};

struct law_diff {
	const struct lawbook *before, *after;
	bool same_text; /* the digests are equal */
	struct law_sum_change *sums;
	size_t sum_count, sums_dropped; /* more than LIMIT_LAW_CHANGES are counted only */
	struct law_row_change *rows;
	size_t row_count;
	struct month *status; /* months on whose first day the status parameters begin to differ */
	size_t status_count;
	enum law_open choices[OPEN_COUNT]; /* questions answered differently */
	size_t choice_count;
};

/*
 * Asks both books about every payer, every month of either book and a ladder of incomes, and
 * compares their rows of rates, status parameters and choices. Lives in cx->arena; needs no
 * database, so a comparison of people's statuses can stand beside it. Errors: none of its own;
 * MONEY_RANGE cannot happen with these incomes.
 */
ST law_diff_rates(struct ctx *cx, const struct lawbook *before, const struct lawbook *after,
	struct law_diff *out);
/* Nothing that the program computes differs. */
bool law_diff_empty(const struct law_diff *diff);
void law_diff_put_text(struct buf *b, enum lang lang, const struct law_diff *diff);
void law_diff_put_json(struct buf *b, const struct law_diff *diff);

#endif
