/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the import share; nobody else includes this.
 *
 *	import.c           the file, its format, the report
 *	import_post.c      documents in portions: sorted, resumable, grouped into transactions
 *	import_mt102.c     bank messages as documents
 *	import_iso20022.c  messages of ISO 20022 as documents
 *	import_known.c     what both ask: persons' facts, accounts of the law book
 *	import_register.c  registers as documents
 *	import_refund.c    which payment a refund or return takes back
 *	returns.c          refunds and returns that came before their payment
 */
#ifndef SERVICE_IMPORT_PARTS_H
#define SERVICE_IMPORT_PARTS_H

#include "formats/iso20022.h"
#include "formats/mt102.h"
#include "formats/registers.h"
#include "ledger/ledger.h"
#include "service/import.h"
#include "store/people.h"
#include "store/waiting.h"

struct import {
	struct call *call;
	struct ctx cx;   /* parsed file and plans: lives through the import */
	struct ctx work; /* one group of documents or one portion */
	const struct import_options *options;
	struct import_report *report;
	struct instant at;
	struct sha256 law;
	size_t lines_total; /* of all documents, for the progress */
	size_t lines_done;
	/* Of one portion, used again for each. */
	struct payment_line *payments;
	struct refund_line *refunds;
	struct suspense_line *suspense;
};

/* A line in the order in which it is written: by month, then person; bad ones last. */
struct import_item {
	int64_t person;
	int32_t month;
	uint32_t index; /* of the line in its document */
};

struct import_doc;

/* Turns `n` items into the lines of a portion. May read the database. */
typedef enum st import_fill(struct import *im, const struct import_doc *doc,
	const struct import_item *items, size_t n, struct portion *out);

struct import_doc {
	struct intake_new in;
	size_t line; /* where it begins in the file */
	size_t count;
	import_fill *fill;
	/* Sets month and person of every line; called once, before the first portion. */
	void (*plan)(struct import *im, const struct import_doc *doc, struct import_item *items);
	const struct mt102_file *mt102;
	const struct mt102_doc *message;
	const struct register_file *rows;
	const struct iso_file *iso;
	const struct iso_doc *iso_message;
};

/* The lines in the order in which they are written; notes persons whose month stands twice in a
 * bank's list. */
struct import_item *import_plan(struct import *im, const struct import_doc *doc);

/* Refuses the file when a document is known with other content; then writes all of them. */
ST import_post(struct import *im, struct import_doc *docs, size_t count);

/* Parses; makes documents unless only a check is wanted or something is wrong. */
ST import_read_mt102(struct import *im, struct str text, struct import_doc **docs, size_t *count);
ST import_read_register(
	struct import *im, struct str text, struct import_doc **docs, size_t *count);
ST import_read_iso(struct import *im, struct str text, struct import_doc **docs, size_t *count);

/* Requisites of a role that the law book must have. Error: LAW_NO_RULE. */
ST import_requisites(
	struct import *im, const char *role, struct day on, const struct law_requisites **out);
/* Orders the lines; without a database any number that tells persons apart will do. */
int64_t import_person_key(const struct import *im, const struct iin *iin);

/* Facts of the persons whose spells decide who pays, looked up by key. */
struct import_known {
	struct person_facts **batches;
	size_t *counts;
	size_t batch_count;
};
/* Sorts `keys`; in the arena of the portion. */
ST import_known_load(struct import *im, int64_t *keys, size_t count, struct import_known *out);
/* NULL when they were not loaded. */
const struct facts *import_known_facts(const struct import_known *known, int64_t person);
/*
 * Of one person's lines for a month, the second one of the same transaction goes to suspense: else
 * it would be taken once and counted as there already.
 */
void import_iso_twice(
	struct import *im, const struct import_doc *doc, const struct import_item *items, size_t n);
/* The document of a transaction of ISO 20022 by iso_key(). */
uint64_t import_iso_doc(struct str key);

/* Appends a suspense line to the portion. */
void import_suspend(struct import *im, struct portion *p, const struct suspense_line *line);

struct refund_found {
	const struct payment_fact *payment; /* NULL: there is none, and `why` tells the reason */
	enum err why;                       /* REFUND_NO_PAYMENT, REFUND_TOO_MUCH */
	bool clash; /* another sum of this line went back on the same day already */
};
/*
 * The payment among the person's facts that the wish means, less what was refunded and what `p`
 * already takes back.
 */
ST import_refund_find(struct import *im, const struct portion *p, int64_t person,
	const struct refund_wish *wish, struct refund_found *out);
/* The line that takes `pay` back. */
struct refund_line import_refund_line(const struct iin *iin, int64_t person,
	const struct payment_fact *pay, const struct refund_wish *wish);
/*
 * Adds the refund line to `p`; when the payment is not there, a suspense line with the reason, and
 * the wish waits for it (service/returns.h). `held` is that suspense line but for its reason.
 */
ST import_refund(struct import *im, struct portion *p, const struct iin *iin,
	const struct refund_wish *wish, const struct suspense_line *held);

#endif
