/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's daily register: one row for each payment that the bank says it took for us. CSV with the
 * columns of the bank's profile, in any order; columns of other names are not looked at. Statements
 * (formats/camt.h, formats/mt950.h) are read into the same rows.
 *
 * The rows are kept apart from the text, 64 bytes each, so that a file of any size is compared in
 * memory that only its rows decide.
 */
#ifndef FORMATS_BILLER_REGISTER_H
#define FORMATS_BILLER_REGISTER_H

#include "formats/biller.h"
#include "formats/encoding.h"

enum { BILLER_TXN_CHARS = 20, BILLER_BLOCK_BITS = 14, BILLER_BLOCK_ROWS = 1 << BILLER_BLOCK_BITS };

struct biller_row {
	int64_t time; /* 20260110120133 */
	struct money sum;
	struct invoice_no invoice; /* where `has_invoice` */
	uint32_t line;             /* of the file */
	struct iin iin; /* whose payment it is; with an invoice the account as it stands */
	char txn[BILLER_TXN_CHARS]; /* digits */
	uint8_t txn_n;
	uint8_t account_n;    /* of an invoice: its letters in `iin` */
	bool has_invoice : 1; /* the account is an invoice, no number of a person */
	bool taken : 1;       /* the bank says that it took the money */
	bool unnamed : 1;     /* of a statement: it does not say whose payment it is */
	bool reversal : 1;    /* the bank took this payment back; `taken` is false */
};

static inline struct str biller_row_txn(const struct biller_row *row)
{
	return (struct str){row->txn, row->txn_n};
}
/* Number of a person or an invoice, as it stands in the file. */
static inline struct str biller_row_account(const struct biller_row *row)
{
	return (struct str){row->iin.d, row->has_invoice ? row->account_n : IIN_DIGITS};
}
/* Puts the number into a row that is still being made: at most BILLER_TXN_CHARS. */
void biller_row_set_txn(struct biller_row *row, struct str txn);
struct day biller_row_day(const struct biller_row *row);

/* A row by its number, as the store orders them: letter by letter, "10" before "2". */
struct biller_place {
	uint64_t high; /* the first 16 letters, four bits each … */
	uint32_t at;   /* of the row */
	uint16_t low;  /* … and the others */
};
static inline int biller_place_cmp(const struct biller_place *x, const struct biller_place *y)
{
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}
/* Where a row of this number would stand; false for what is no number of a row. */
bool biller_place_of(struct str txn, struct biller_place *out);

struct biller_register {
	struct arena *arena;        /* of the rows */
	struct biller_row **blocks; /* of BILLER_BLOCK_ROWS each */
	size_t block_count, block_cap;
	size_t count;
	struct biller_place *order; /* of all rows, ascending; set by biller_register_close() */
	struct day from, to;        /* days of the rows; from > to when there are none */
	struct money sum;           /* of the rows that were taken */
	size_t other_rows;          /* entries of a statement that are no payments of the channel */
	struct money other_sum;
};

static inline struct biller_row *biller_register_at(const struct biller_register *r, size_t i)
{
	return &r->blocks[i >> BILLER_BLOCK_BITS][i & (BILLER_BLOCK_ROWS - 1)];
}

/* Nothing yet; its rows will be in `a`. */
static inline struct biller_register biller_register_new(struct arena *a)
{
	return (struct biller_register){.arena = a, .from = DAY_NEVER, .to = DAY_ALWAYS};
}

/* What a register or statement is read from. */
struct biller_input {
	struct str text;        /* UTF-8 */
	enum encoding encoding; /* what the bytes of the file are in */
	/*
	 * Told now and then, unless NULL, how far the text has been read: whoever has mapped it
	 * from a file may give the memory before `upto` back, and it must read the same when it is
	 * looked at again.
	 */
	void (*passed)(void *arg, const char *upto);
	void *passed_arg;
};

/*
 * For the readers of statements: one row more, and the end, at which a payment and its reversal
 * become one row that was not taken. Errors: FILE_TOO_BIG, MONEY_RANGE; VALUE_TWICE with `field`.
 */
ST biller_register_add(struct ctx *cx, struct biller_register *out, const struct biller_row *row);
ST biller_register_close(struct ctx *cx, struct biller_register *out, const char *field);

/*
 * Is `named`, a BIC or an IBAN that a statement gives as the bank which made it, that of another
 * bank than this one? What is nobody's of the table of profiles is not: statements of the clearing
 * of the National Bank bring the payments of all.
 */
bool biller_is_other_bank(const struct biller_profile *p, struct str named);

/*
 * Reads a whole register; the rows are in cx->arena. A register is refused at its first row that
 * cannot be read: half a register proves nothing.
 * Errors, with err.line and err.field: COLUMN_MISSING, COLUMN_TWICE, ROW_COLUMNS, QUOTE_OPEN,
 * VALUE_UNKNOWN (another bank, a status that is none), VALUE_TWICE (a transaction twice),
 * VALUE_MISSING, IIN_*, MONEY_*, DAY_FORMAT, FILE_TRUNCATED (the last line has no end and its last
 * value may have lost one, too), FILE_TOO_BIG (more than LIMIT_IMPORT_LINES rows).
 */
ST biller_register_parse(struct ctx *cx, const struct biller_profile *p,
	const struct biller_input *in, struct biller_register *out);

#endif
