/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bank's side of the biller channel: how a request is written and what is read in the answer.
 * The other half is formats/biller.h.
 */
#ifndef FORMATS_BILLER_HEARD_H
#define FORMATS_BILLER_HEARD_H

#include "formats/biller.h"

enum { BILLER_HEARD_BYTES_MAX = 64 << 10 };

struct biller_heard {
	struct str txn;     /* whose answer it is; may be empty */
	struct str receipt; /* the biller's number of the payment; empty where there is none */
	int64_t result;
	bool has_sum;
	struct money sum;
	struct str comment;
};

/* Appends "name=value&…", with percent signs for whatever is not a letter, digit, '-', '.' or '_'.
 */
void biller_put_pairs(struct buf *b, const struct biller_pair *pairs, size_t count);

/*
 * Reads an answer in the form of the profile; the texts are in cx->arena. Elements that are not
 * named above are not looked at. Errors, with the element as field: FILE_TOO_BIG, XML_SYNTAX,
 * XML_DTD, JSON_SYNTAX, JSON_TYPE, VALUE_MISSING (number, result or comment), VALUE_TWICE,
 * NUMBER_FORMAT (the result is no number), those of money_parse() for the sum.
 */
ST biller_heard_read(
	struct ctx *cx, const struct biller_profile *p, struct str body, struct biller_heard *out);

#endif
