/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bank statements and credit notices of ISO 20022: camt.053.001.08 and camt.054.001.08, read as a
 * stream into the rows of a register (docs/formats/camt.md). formats/xml.h reads the text: nothing
 * outside of it is ever opened, and a document type refuses it, so there are no entities.
 */
#ifndef FORMATS_CAMT_H
#define FORMATS_CAMT_H

#include "formats/biller_register.h"

/* Does the text look like XML at all? */
bool camt_sniff(struct str text);

/*
 * One row for each transaction that has a number of the bank's channel as its EndToEndId: booked
 * credits are taken, booked reversals and what is not booked are not. Everything else is counted in
 * `other_rows`. A statement with anything wrong in it is refused as a whole. The rows are in
 * cx->arena; nothing else of the text is kept.
 * Errors, with err.line and the path of the element in err.field: FILE_TRUNCATED, XML_SYNTAX,
 * XML_DTD, XML_MESSAGE, TEXT_ENCODING, CURRENCY, TAG_MISSING, TAG_TWICE, TAG_VALUE, TOTAL_DIFFERS,
 * VALUE_TWICE, VALUE_TOO_LONG, MONEY_*, DAY_*, IIN_*, FILE_TOO_BIG.
 */
ST camt_parse(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out);

#endif
