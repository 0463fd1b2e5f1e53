/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Individual and business identification numbers (ЖСН/ИИН, БСН/БИН): 12 digits, the last one a
 * check digit. Since 2013 the other digits are legally not tied to birth date and sex (government
 * decree 853 of 26.08.2013), so a strange date is a warning, never a refusal. The check digit does
 * not protect digit 11: never say "number confirmed" because of it.
 *
 * A number is kept as its digits; no format directive prints one, only iin_mask().
 */
#ifndef DOMAIN_IIN_H
#define DOMAIN_IIN_H

#include "domain/day.h"

enum { IIN_DIGITS = 12 };

struct iin {
	char d[IIN_DIGITS]; /* ASCII digits, not zero-terminated */
};

enum iin_kind {
	IIN_PERSON,       /* digit 5 is 0..3 */
	IIN_ORGANISATION, /* digit 5 is 4..6: a BIN */
};

/* What is odd about a number with a right check digit. */
enum iin_warning {
	IIN_WARN_DATE = 1,    /* the date does not exist */
	IIN_WARN_FUTURE = 2,  /* the date is later than today */
	IIN_WARN_CENTURY = 4, /* digit 7 is not 0..6 */
	IIN_WARN_AGE = 8,     /* more than 120 years ago */
};

/*
 * Reads a person's number as people type it: spaces, U+00A0 and hyphens are dropped, full-width
 * digits (U+FF10…) are taken. Other non-ASCII digits are refused.
 * Errors, in this order: IIN_EMPTY, IIN_CHARS, IIN_LENGTH, IIN_IS_BIN (digit 5 is 4..6),
 * IIN_NEITHER (7..9), IIN_IMPOSSIBLE (no check digit exists for these 11 digits),
 * IIN_CHECKSUM (detail = the digit that would be right).
 */
ST iin_parse(struct ctx *cx, struct str text, struct iin *out);
/* The same for an organisation; IIN errors with BIN_IS_IIN and BIN_CHECKSUM in place. */
ST bin_parse(struct ctx *cx, struct str text, struct iin *out);
/* Either: a sole entrepreneur pays under an IIN, an organisation under a BIN. */
ST iin_or_bin_parse(struct ctx *cx, struct str text, struct iin *out, enum iin_kind *kind);

/* The check digit of 11 ASCII digits, 0..9, or -1 when none exists. */
int iin_check_digit(const char digits[11]);
/* Fast test of 12 ASCII digits: all digits, check digit right. For files of a million rows. */
bool iin_valid(const char digits[12]);
enum iin_kind iin_kind(const struct iin *iin);
/* Bits of enum iin_warning. */
unsigned iin_warnings(const struct iin *iin, struct day today);
/* Birth day as written in the number; false when it is none. Never decides anything legal. */
bool iin_birth_day(const struct iin *iin, struct day *out);

static inline bool iin_same(const struct iin *a, const struct iin *b)
{
	return memcmp(a->d, b->d, IIN_DIGITS) == 0;
}
static inline struct str iin_digits(const struct iin *iin)
{
	return (struct str){iin->d, IIN_DIGITS};
}
/* "••••••••9911": the last four digits only. */
void iin_mask(struct buf *b, const struct iin *iin);

#endif
