/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kazakh account numbers: KZ, two check digits (ISO 7064 mod 97-10), a bank code of three, 13
 * letters or digits. Bank codes are text: 009 is not 9.
 */
#ifndef DOMAIN_IBAN_H
#define DOMAIN_IBAN_H

#include "base/ctx.h"

enum { IBAN_CHARS = 20, BIC_CHARS = 8 };

/* Twenty capital letters and digits, KZ in front, check digits right. */
bool iban_valid(struct str s);
/* Error: IBAN_FORMAT. */
ST iban_check(struct ctx *cx, struct str s);
/* The three characters of the bank in a valid number. */
static inline struct str iban_bank(struct str iban)
{
	return (struct str){iban.p + 4, 3};
}

/* Eight capital letters and digits, the first four letters. */
bool bic_valid(struct str s);
/* BIC of the bank with this code, or code of the bank with this BIC; NULL when not known to us. */
const char *bank_bic(struct str code);
const char *bank_code(struct str bic);

#endif
