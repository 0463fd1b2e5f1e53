/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the ISO 20022 reader share; nobody else includes this.
 *
 *	iso20022.c          the messages: which elements are read, values, totals of a message
 *	iso20022_line.c     one transaction
 *	iso20022_profile.c  paths that are data
 */
#ifndef FORMATS_ISO20022_PARTS_H
#define FORMATS_ISO20022_PARTS_H

#include "formats/iso20022.h"
#include "formats/xml.h"

/* The elements that are read. Where they stand in each message is in iso20022.c. */
enum leaf {
	GROUP_BATCH, /* PmtInf */
	GROUP_LINE,  /* a transaction */
	MESSAGE_ID,
	COUNT,
	TOTAL,
	SENDER_BIC,
	SENDER_BIN,
	SENDER_IIN,
	SENDER_NAME,
	MESSAGE_DAY,
	CREATED,
	BATCH_COUNT,
	BATCH_TOTAL,
	BATCH_DAY,
	BATCH_MOMENT,
	BATCH_ACTUAL_BIN, /* the actual payer, of all transactions of a batch */
	BATCH_ACTUAL_IIN,
	DEBTOR_BIN,
	DEBTOR_IIN,
	DEBTOR_IBAN,
	ACTUAL_BIN,
	ACTUAL_IIN,
	END_TO_END,
	UETR,
	TX_ID,
	INSTRUCTION,
	AMOUNT,
	DAY,
	RECEIVER_IBAN,
	REASON_CODE,
	REASON_OWN_CODE,
	REASON_TEXT,
	FACT, /* the first of ISO_FACTS */
	LEAVES = FACT + ISO_FACTS
};

enum iso_level { LEVEL_MESSAGE, LEVEL_BATCH, LEVEL_LINE, LEVELS };

struct iso_value {
	struct str text; /* .p == NULL: it is not there */
	uint32_t line;
	bool tenge; /* its Ccy is KZT */
	bool other_currency;
	bool twice; /* once more, with another text */
};

/* Totals of a message or of a batch of it. */
struct iso_sum {
	size_t count;
	struct money total;
	bool unknown; /* one of them could not be read */
};

struct iso_reader {
	struct ctx *cx;
	const struct iso_options *options;
	struct iso_file *out;
	struct iso_doc *doc; /* NULL outside */
	size_t doc_cap;
	size_t room;       /* of the lines of this document */
	size_t lines_most; /* the text has no room for more */
	struct xml_paths paths[ISO_KINDS];
	const char *fields[ISO_KINDS][LEAVES];
	enum iso_level levels[ISO_KINDS][LEAVES];
	struct iso_value values[LEAVES];
	struct buf texts[LEVELS]; /* of the values */
	uint32_t line;            /* where the transaction begins */
	struct iso_sum sum, batch;
	struct buf reason;
	struct str payer_code; /* КОд of the payer */
	bool year_told;
	size_t kept; /* bytes of texts that were copied from lines with problems */
	struct str last_reason;
};

static inline bool iso_has(const struct iso_reader *r, enum leaf k)
{
	return r->values[k].text.p != NULL;
}
static inline struct str iso_text(const struct iso_reader *r, enum leaf k)
{
	return iso_has(r, k) ? r->values[k].text : (struct str){"", 0};
}
/* The first of two that is there. */
static inline enum leaf iso_either(const struct iso_reader *r, enum leaf first, enum leaf second)
{
	return iso_has(r, first) ? first : second;
}

/* The message may not be taken, at a value or, where it is missing, at its transaction. */
__attribute__((format(printf, 4, 5))) void iso_refuse(
	struct iso_reader *r, enum leaf k, enum err code, const char *fmt, ...);
/* The same for the error in the context. */
void iso_refuse_taken(struct iso_reader *r, enum leaf k);
void iso_note(struct iso_reader *r, enum leaf k, enum err code, const char *detail);
/* A sum that must be there, in tenge; false when it is none: the message is refused. */
bool iso_read_money(struct iso_reader *r, enum leaf k, struct money *out);
/* "2026-01-10", with or without a time and a zone; not later than today. */
bool iso_read_day(struct iso_reader *r, enum leaf k, struct day *out);

/* iso20022_line.c: the transaction that has ended, from its values. */
ST iso_line_end(struct iso_reader *r);

#endif
