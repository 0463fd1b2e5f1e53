/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed lists of the domain as enums: payer kinds, spells, categories, residence, purpose
 * codes. No enum has a default branch anywhere.
 */
#ifndef DOMAIN_KINDS_H
#define DOMAIN_KINDS_H

#include "base/ctx.h"

/* Who pays a contribution or deduction (law 405-V, art. 14). */
enum payer_kind {
#define PAYER(name, code) PAYER_##name,
#include "domain/kinds.def"
#undef PAYER
	PAYER_COUNT
};

/* What a person is for a time. */
enum spell_kind {
#define SPELL(name, code) SPELL_##name,
#include "domain/kinds.def"
#undef SPELL
	SPELL_COUNT
};

/* Privileged categories, for which the state pays (art. 26, 26-1). */
enum category {
#define CATEGORY(name, code) CATEGORY_##name,
#include "domain/kinds.def"
#undef CATEGORY
	CATEGORY_COUNT
};

/* Groups exempt from paying (art. 28(7)). */
enum exempt {
#define EXEMPT(name, code) EXEMPT_##name,
#include "domain/kinds.def"
#undef EXEMPT
	EXEMPT_COUNT
};

enum residence {
#define RESIDENCE(name, code) RESIDENCE_##name,
#include "domain/kinds.def"
#undef RESIDENCE
	RESIDENCE_COUNT
};

/* Purpose codes of payments (КНП). The number is what the world sees. */
enum knp {
#define KNP(name, number) KNP_##name,
#include "domain/kinds.def"
#undef KNP
	KNP_COUNT
};

const char *payer_code(enum payer_kind k);
const char *spell_code(enum spell_kind k);
const char *category_code(enum category c);
const char *exempt_code(enum exempt e);
const char *residence_code(enum residence r);
int knp_number(enum knp k);

/* false when the text is no such code. */
bool payer_parse(struct str s, enum payer_kind *out);
bool category_parse(struct str s, enum category *out);
bool exempt_parse(struct str s, enum exempt *out);
bool residence_parse(struct str s, enum residence *out);
bool knp_from_number(int64_t number, enum knp *out);
/*
 * "employee", "category:student", "exempt:military": `*detail` gets the category or exempt group,
 * 0 for the other kinds.
 */
bool spell_parse(struct str s, enum spell_kind *out, uint8_t *detail);
void spell_put(struct buf *b, enum spell_kind kind, uint8_t detail);

#endif
