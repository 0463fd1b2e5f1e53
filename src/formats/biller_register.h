/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's daily register: one row for each payment that the bank says it took for us. CSV with the
 * columns of the bank's profile, in any order; columns of other names are not looked at.
 */
#ifndef FORMATS_BILLER_REGISTER_H
#define FORMATS_BILLER_REGISTER_H

#include "formats/biller.h"

struct biller_row {
	uint32_t line;  /* of the file */
	bool taken;     /* the bank says that it took the money */
	struct str txn; /* digits */
	struct iin iin; /* of the account, where it is no invoice */
	bool has_invoice;
	struct invoice_no invoice;
	struct str account; /* as it stands there */
	struct money sum;
	int64_t time; /* 20260110120133 */
	struct day day;
	bool unnamed; /* of a statement: it does not say whose payment it is, `iin` means nothing */
	bool reversal; /* the bank took this payment back; `taken` is false */
};

struct biller_register {
	struct biller_row *rows;
	size_t count;
	struct day from, to; /* days of the rows; from > to when there are none */
	struct money sum;    /* of the rows that were taken */
	size_t other_rows;   /* entries of a statement that are no payments of the channel */
	struct money other_sum;
	size_t cap;
};

/* Nothing yet. */
#define BILLER_REGISTER_EMPTY ((struct biller_register){.from = DAY_NEVER, .to = DAY_ALWAYS})

/*
 * For the readers of statements: one row more, and the end, at which a payment and its reversal
 * become one row that was not taken. Errors: FILE_TOO_BIG, MONEY_RANGE; VALUE_TWICE with `field`.
 */
ST biller_register_add(struct ctx *cx, struct biller_register *out, const struct biller_row *row);
ST biller_register_close(struct ctx *cx, struct biller_register *out, const char *field);

/*
 * Reads a whole register; `text` is UTF-8 and lives as long as the rows, in cx->arena. A register
 * is refused at its first row that cannot be read: half a register proves nothing.
 * Errors, with err.line and err.field: COLUMN_MISSING, COLUMN_TWICE, ROW_COLUMNS, QUOTE_OPEN,
 * VALUE_UNKNOWN (another bank, a status that is none), VALUE_TWICE (a transaction twice),
 * VALUE_MISSING, IIN_*, MONEY_*, DAY_FORMAT, FILE_TOO_BIG (more than LIMIT_IMPORT_LINES rows).
 */
ST biller_register_parse(struct ctx *cx, const struct biller_profile *p, struct str text,
	struct biller_register *out);

#endif
