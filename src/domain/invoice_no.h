/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The short number of an invoice, "7K3F-92QD": seven letters of a 32-letter alphabet without I, L,
 * O and U, and a check letter that catches any one wrong letter and any two that changed places.
 */
#ifndef DOMAIN_INVOICE_NO_H
#define DOMAIN_INVOICE_NO_H

#include "base/str.h"

enum {
	INVOICE_NO_CHARS = 9, /* with the hyphen */
	INVOICE_NO_BITS = 35, /* of freedom: 34 thousand million numbers */
};

struct invoice_no {
	int64_t n; /* eight letters of five bits, the check letter last */
};

/* The number of the low INVOICE_NO_BITS of `bits`, with its check letter. */
struct invoice_no invoice_no_of(uint64_t bits);
/*
 * As people type it: either case, with or without the hyphen, O for 0, I and L for 1. False when it
 * is none or its check letter is wrong.
 */
bool invoice_no_read(struct str text, struct invoice_no *out);
/* Is a stored number one? */
bool invoice_no_valid(int64_t n);
/* "7K3F-92QD" */
void invoice_no_put(struct buf *b, struct invoice_no no);

#endif
