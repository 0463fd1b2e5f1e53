/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the MT102 reader share; nobody else includes this.
 *
 *	mt102.c         the stream: blocks, lines, which part a line belongs to
 *	mt102_key.c     names between colons and slashes, letters that only look like them, values
 *	mt102_head.c    sequence A: the payment order
 *	mt102_person.c  sequence B: the persons
 *	mt102_batch.c   sequence B of a batch between banks: whole payment orders
 *	mt102_check.c   a whole document: what must be there, totals, who pays whom
 */
#ifndef FORMATS_MT102_PARTS_H
#define FORMATS_MT102_PARTS_H

#include "formats/mt102.h"

enum mt102_key {
#define MT102_KEY(name, written, ...) MT102_##name,
#include "formats/mt102_keys.def"
#undef MT102_KEY
	MT102_KEY_COUNT
};

enum mt102_section {
	MT102_OUTSIDE, /* between messages */
	MT102_OPENING, /* in a message, before :50: */
	MT102_PAYER,
	MT102_RECEIVER,
	MT102_DETAILS,
	MT102_PERSONS,
	MT102_OTHER, /* in a message that is no payment */
	MT102_SECTIONS
};

/*
 * A message whose blocks are payment orders. Each becomes a document of its own; `head` is what
 * stands before and behind them.
 */
struct mt102_batch {
	bool on;
	bool in_person; /* the latest key was one of the insured person */
	struct mt102_doc head;
	uint64_t seen; /* tags of the head */
	size_t first;  /* its first document */
	size_t count;
	struct money sum; /* of :32B: */
	bool sum_unknown;
};

struct mt102_reader {
	struct ctx *cx;
	const struct mt102_options *options;
	struct mt102_file *out;
	struct str rest; /* not yet read */
	struct str text; /* the present line without its end */
	size_t line;
	enum mt102_section section;
	enum mt102_key last;         /* that a continuation line would belong to */
	struct mt102_doc *doc;       /* NULL outside */
	struct mt102_person *person; /* NULL outside sequence B */
	struct str ordinal;          /* the latest :21: */
	struct mt102_batch batch;
	uint64_t seen[MT102_SECTIONS];
	struct buf assign;
	unsigned assign_lines;
	uint32_t key_line[MT102_KEY_COUNT]; /* of sequence A, for what is checked at the end */
	struct money sum;                   /* of :32B: so far */
	bool sum_unknown; /* one of them could not be read: the totals cannot be compared */
	bool misread_told;
	size_t doc_cap;
	size_t room; /* for persons */
	char shown[64];
};

/* mt102_key.c */

/* The key that `name` is, of any letter case; MT102_NONE when it is none. `tag` = in colons. */
enum mt102_key mt102_find_key(struct str name, bool tag);
/*
 * `name` with letters that look like Latin ones replaced; true when that changed something and
 * left only ASCII. `letter` is the first of them.
 */
bool mt102_unmask(struct str name, char *ascii, size_t size, struct str *letter);
/* The same as an issue, when the unmasked name is a key (or `expected`); else false. */
bool mt102_report_homoglyph(
	struct mt102_reader *r, struct str name, bool tag, const char *expected);
/* "KZT4250,00". What is wrong with it, or ERR_NONE. */
enum err mt102_read_money(struct str s, struct money *out);
/* YYMMDD, YYYYMMDD, MMYYYY. */
bool mt102_read_yymmdd(struct str s, struct day *out);
bool mt102_read_yyyymmdd(struct str s, struct day *out);
enum err mt102_read_period(struct str s, struct month *out);
/* The form that these three expect, for the detail of what they found wrong; "" for the others. */
const char *mt102_form(enum err code);

/* `name` between two marks, as a C string that lives until the next call. */
const char *mt102_show(
	struct mt102_reader *r, const char *before, struct str name, const char *after);

/* The file may not be taken: one more reason. */
void mt102_refuse(struct mt102_reader *r, enum mt102_key key, enum err code, const char *detail);
void mt102_note(struct mt102_reader *r, enum mt102_key key, enum err code, const char *detail);

/* mt102_head.c: one tag or key of sequence A with its value. */
void mt102_head_key(struct mt102_reader *r, enum mt102_key key, struct str value);
/* A line that is neither. */
void mt102_head_more(struct mt102_reader *r, struct str text);

/* mt102_person.c */

/* The next person of the open document, all zero. */
struct mt102_person *mt102_person_new(struct mt102_reader *r);
void mt102_person_open(struct mt102_reader *r, struct str value);
void mt102_person_key(struct mt102_reader *r, enum mt102_key key, struct str value);
void mt102_person_more(struct mt102_reader *r, struct str text);
/* Ends the open person, if there is one. */
void mt102_person_close(struct mt102_reader *r);
/* Why the person cannot be placed; the first reason stands. */
void mt102_person_problem(struct mt102_reader *r, struct mt102_person *person, enum mt102_key key,
	enum err code, const char *detail);

/* A letter that stands where a CP1251 reader met a Kazakh one: told once for a document. */
void mt102_note_misread(struct mt102_reader *r, enum mt102_key key, struct str text);

/* mt102_check.c: ends the open document. */
void mt102_check_doc(struct mt102_reader *r);
/* What the system never had or nobody pays so far ahead is a slip in the period. */
void mt102_check_months(struct mt102_reader *r, const struct mt102_doc *doc);
/* The sum of :32B: so far and the total of the open document. */
void mt102_check_total(struct mt102_reader *r);

/* mt102_batch.c */

/* Is this key of the first person the beginning of a payment order? Then the message is a batch. */
bool mt102_batch_begin(struct mt102_reader *r, enum mt102_key key);
/* At :21:, the next block. */
void mt102_batch_next(struct mt102_reader *r);
/* A key inside of a block; false for one of the head, to which it goes back then. */
bool mt102_batch_key(struct mt102_reader *r, enum mt102_key key, struct str value);
/* A line that is no key; false when it belongs to the person. */
bool mt102_batch_more(struct mt102_reader *r);
/* At the end of the message. */
void mt102_batch_end(struct mt102_reader *r);

#endif
