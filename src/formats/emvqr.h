/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a merchant-presented QR of EMVCo (docs/formats/emvqr.md): fields of two digits, two
 * digits of length and a value, closed by a CRC. Lengths count characters, the CRC runs over the
 * bytes of UTF-8.
 */
#ifndef FORMATS_EMVQR_H
#define FORMATS_EMVQR_H

#include "domain/money.h"

enum { EMVQR_BYTES_MAX = 2048 };

/* Fields that are not there are empty. Texts that were read are views into the text. */
struct emvqr {
	bool dynamic;        /* made for one payment */
	struct str scheme;   /* name of whose payment this is: 26, sub-field 00 */
	struct str payee;    /* BIN of who gets the money: sub-field 01 */
	struct str account;  /* of whom or what is paid for: sub-field 02 */
	struct str category; /* of the merchant, four digits: 52 */
	bool has_amount;
	struct money amount;                   /* in tenge: 53 is 398, 54 */
	struct str country;                    /* two letters: 58 */
	struct str name, city;                 /* at most 25 and 15 characters: 59, 60 */
	struct str bill, reference;            /* at most 25 characters: 62, sub-fields 01 and 05 */
	struct str lang, lang_name, lang_city; /* 64 */
};

/*
 * Reads a whole text. Every field is checked, those that are not in the struct for their form only.
 * Errors, with the number of the field: TEXT_ENCODING, VALUE_TOO_LONG, FILE_TRUNCATED (a length
 * beyond the end), TAG_MISSING, TAG_TWICE, TAG_VALUE; TOTAL_DIFFERS for a wrong CRC.
 */
ST emvqr_read(struct ctx *cx, struct str text, struct emvqr *out);
/* Appends the text. Errors as above for what cannot be written; nothing is cut. */
ST emvqr_write(struct ctx *cx, const struct emvqr *in, struct buf *out);

/* CRC-16 with polynomial 0x1021 and start 0xFFFF. */
uint16_t emvqr_crc(struct str bytes);

#endif
