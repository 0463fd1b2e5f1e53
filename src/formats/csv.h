/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comma-separated values, read row by row: ';', ',' or tab, whichever the first line has; quotes
 * by RFC 4180; CRLF, LF or nothing at the end. Blank lines are skipped.
 */
#ifndef FORMATS_CSV_H
#define FORMATS_CSV_H

#include "base/ctx.h"
#include "limits.h"

struct csv {
	struct str rest; /* what is still to be read */
	char separator;
	size_t line;    /* of the start of the present row, from 1 */
	struct str row; /* the present row as it came */
	struct str
		cells[LIMIT_CSV_COLUMNS]; /* views; a copy in the arena where quotes were doubled */
	size_t count;
	size_t next_line;
};

/* `text` is UTF-8 without a mark. Reads nothing yet but the separator. */
struct csv csv_start(struct str text);

/*
 * The next row; `*more` is false at the end. Errors: QUOTE_OPEN, ROW_COLUMNS (more than
 * LIMIT_CSV_COLUMNS, or something behind a closing quote), VALUE_TOO_LONG: all with line and
 * column. After an error other than QUOTE_OPEN the rest of that line is skipped and reading can go
 * on.
 */
ST csv_next(struct ctx *cx, struct csv *csv, bool *more);

/* Writes one cell, quoted where it must be. */
void csv_put(struct buf *b, struct str cell, char separator);

/*
 * The same for a table that people open in a spreadsheet: a cell that begins like a formula (= + -
 * @, a tab, a line end) gets an apostrophe in front, as such programs ask for.
 */
void csv_put_text(struct buf *b, struct str cell, char separator);

#endif
