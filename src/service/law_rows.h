/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the law book of any kind, told one by one.
 */
#ifndef SERVICE_LAW_ROWS_H
#define SERVICE_LAW_ROWS_H

#include "formats/json_write.h"
#include "rules/lawbook.h"
#include "text/say.h"

/* " [article; source; D16; not verified]" */
void law_put_cite_text(struct buf *b, enum lang lang, const struct law_cite *cite);
/* article, source, and open and unverified where they say something, into the open object. */
void law_put_cite_json(struct json *j, const struct law_cite *cite);

/* Whose row it is: "Employer (employer 121)", "Grace", "D16. The window …". */
void law_put_key_text(struct buf *b, enum lang lang, const struct law_row *row);
/* A word of a row and its text: "cap: 10 MZP", "only for those who do not work: yes". */
void law_put_value_text(struct buf *b, enum lang lang, struct str name, struct str text);
/* The text alone: "yes", "Employer, Self-employed person", a dash for none. */
void law_put_text_value(struct buf *b, enum lang lang, struct str name, struct str text);
/* All of it but the days and the citation: "Grace: 3". */
void law_put_row_text(struct buf *b, enum lang lang, const struct law_row *row);
/* "2026-01-01 … 2026-12-31", an open end is left out; nothing for a row that always holds. */
void law_put_days(struct buf *b, struct day from, struct day to);
/* section, key, from, to, when, values, citation, file and line, as one object. */
void law_put_row_json(struct json *j, const struct law_row *row);
/* "Rates", "Due days" … */
struct str law_section_name(enum lang lang, enum law_section section);

#endif
