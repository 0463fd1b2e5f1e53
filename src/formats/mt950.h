/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Account statements as MT messages: MT940 and MT950 of SWIFT, and MT970 of the interbank systems
 * of Kazakhstan, whose :61: is another one. Read into the rows of a register
 * (docs/formats/mt950.md).
 */
#ifndef FORMATS_MT950_H
#define FORMATS_MT950_H

#include "formats/biller_register.h"

/* Does the text begin like an MT message? */
bool mt950_sniff(struct str text);

/*
 * One row for each entry whose reference is a number of the bank's channel: credits are taken,
 * reversals of credits are not. Everything else is counted in `other_rows`. Messages that are no
 * statements are passed over; a statement with anything wrong in it is refused, and all of the file
 * with it. The rows are in cx->arena; nothing else of the text is kept.
 * Errors, with err.line and the tag in err.field: FILE_TRUNCATED, TAG_MISSING, TAG_TWICE,
 * TAG_VALUE, TAG_HOMOGLYPH, VALUE_UNKNOWN (the statement of another bank), VALUE_TWICE,
 * TOTAL_DIFFERS, CURRENCY, MONEY_*, DAY_FORMAT, IIN_*, FILE_TOO_BIG.
 */
ST mt950_parse(struct ctx *cx, const struct biller_profile *p, const struct biller_input *in,
	struct biller_register *out);

#endif
