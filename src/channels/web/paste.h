/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A piece of a spreadsheet, as the clipboard gives it: one line for each row, its cells between
 * tabs (or semicolons, or spaces after the month). The first cell names the month, in any of the
 * three languages or in figures ("қаңтар", "Январь 2026", "1", "01.2026", "2026-01"); the others
 * are salaries, one for each job. A line of one salary alone is the month after the line before.
 */
#ifndef WEB_PASTE_H
#define WEB_PASTE_H

#include "text/say.h"

enum { PASTE_CELLS = 5 };

struct paste_row {
	int month; /* 1…12 */
	struct str cells[PASTE_CELLS];
	size_t cell_count;
};

struct paste {
	struct paste_row *rows;
	size_t count;
	int wrong_line; /* 1… of the text: no month was found there; 0 = all are clear */
	bool too_many;  /* more lines than `cap` */
};

/* At most `cap` rows, in the arena; the cells point into `text`. A line of titles is left out. */
struct paste paste_read(struct arena *arena, struct str text, size_t cap);

#endif
