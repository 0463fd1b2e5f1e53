/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question of `saqta calc`, read from options or from a row of a CSV file.
 */
#ifndef CHANNELS_CLI_CALC_ROWS_H
#define CHANNELS_CLI_CALC_ROWS_H

#include "channels/cli/cli.h"
#include "limits.h"
#include "service/calculate.h"

struct calc_row {
	struct contribution_question q;
	struct money incomes[LIMIT_JOBS_PER_MONTH];
	enum category categories[CATEGORY_COUNT];
	size_t income_count, category_count;
};

/* Errors: VALUE_UNKNOWN, CALC_TOO_MANY, and those of money_parse(). */
ST calc_take_kind(struct cli *cli, struct calc_row *row, struct str text);
ST calc_take_income(struct cli *cli, struct calc_row *row, struct str text);
/* The code of a category or of an exempt group. */
ST calc_take_category(struct cli *cli, struct calc_row *row, struct str text);
ST calc_take_place(struct cli *cli, struct calc_row *row, struct str text);
/* The finished question; valid as long as `row`. */
const struct contribution_question *calc_question(struct calc_row *row);

/*
 * --csv FILE: a row in, a row out: line;121;122;183;total;due;error;message. A row that is wrong
 * gets the code and words of its error and does not stop the others; the exit code is then 1.
 * Several incomes or categories stand in one cell, with '+' between them. Errors: FILE_*,
 * TEXT_ENCODING, COLUMN_*, QUOTE_OPEN.
 */
ST calc_file(struct cli *cli);

#endif
