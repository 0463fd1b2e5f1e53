/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers: CSV files of people, spells, payments and refunds. The header decides which one it is;
 * its columns may stand in any order.
 *
 *	people    iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since
 *	spells    iin;kind;payer;from;to;known_since
 *	payments  doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on
 *	refunds   doc;line;iin;month;knp;sum;refunded_on
 */
#ifndef FORMATS_REGISTERS_H
#define FORMATS_REGISTERS_H

#include "domain/facts.h"
#include "formats/issue.h"

enum register_kind {
	REGISTER_PEOPLE,
	REGISTER_SPELLS,
	REGISTER_PAYMENTS,
	REGISTER_REFUNDS,
	REGISTER_KINDS
};
/* "people", "spells", "payments", "refunds". */
const char *register_code(enum register_kind kind);

/* One row. `problem` is ERR_NONE, or why the row cannot be placed; then only `line`, `given`, the
 * sum (zero when not readable) and `source` may be relied on. */
struct register_row {
	uint32_t line;     /* of the file */
	uint32_t problem;  /* enum err */
	const char *field; /* column of the problem */
	struct str given;  /* the number of the person as it stands in the file */
	struct str source; /* the row as it stands in the file */
	struct str doc;    /* payments, refunds: name of the document, 1 … 64 bytes */
	struct iin iin;
	union {
		struct {
			struct str surname, name, patronymic; /* NFC; may be empty */
			struct person_fact fact;
		} person;
		struct spell spell;
		struct payment_fact payment; /* doc is left 0: the caller makes keys */
		struct refund_fact refund;
	};
};

struct register_file {
	enum register_kind kind;
	struct register_row *rows;
	size_t count;
	struct issues issues; /* ISSUE_LINE for each row with a problem; ISSUE_FILE stops */
};

/* Does the first line look like the header of a register? */
bool register_sniff(struct str text);

/*
 * Reads a whole register; `text` is UTF-8. It and the rows live as long as cx->arena.
 * Errors: FILE_UNKNOWN, COLUMN_MISSING, COLUMN_UNKNOWN, COLUMN_TWICE, QUOTE_OPEN, FILE_TOO_BIG
 * (more than LIMIT_IMPORT_LINES rows). What is wrong with a single row is in `issues`:
 * ROW_COLUMNS, VALUE_*, IIN_*, MONEY_*, DAY_*, MONTH_*, SPAN_ORDER, KNP_UNKNOWN.
 */
ST register_parse(struct ctx *cx, struct str text, struct register_file *out);

/* Writes the header of a register. */
void register_put_header(struct buf *b, enum register_kind kind);

#endif
