/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/kinds.h"

#include "base/check.h"

static const char *const payers[PAYER_COUNT] = {
#define PAYER(name, code) code,
#include "domain/kinds.def"
#undef PAYER
};

static const char *const spells[SPELL_COUNT] = {
#define SPELL(name, code) code,
#include "domain/kinds.def"
#undef SPELL
};

static const char *const categories[CATEGORY_COUNT] = {
#define CATEGORY(name, code) code,
#include "domain/kinds.def"
#undef CATEGORY
};

static const char *const exempts[EXEMPT_COUNT] = {
#define EXEMPT(name, code) code,
#include "domain/kinds.def"
#undef EXEMPT
};

static const char *const residences[RESIDENCE_COUNT] = {
#define RESIDENCE(name, code) code,
#include "domain/kinds.def"
#undef RESIDENCE
};

static const int knps[KNP_COUNT] = {
#define KNP(name, number) number,
#include "domain/kinds.def"
#undef KNP
};

/* Place of `s` in a list of codes, or -1. */
static int find(const char *const *codes, int count, struct str s)
{
	for (int i = 0; i < count; i++)
		if (str_is(s, codes[i]))
			return i;
	return -1;
}

#define CODE_OF(list, count, value) (must((unsigned)(value) < (count)), (list)[(value)])

const char *payer_code(enum payer_kind k)
{
	return CODE_OF(payers, PAYER_COUNT, k);
}

const char *spell_code(enum spell_kind k)
{
	return CODE_OF(spells, SPELL_COUNT, k);
}

const char *category_code(enum category c)
{
	return CODE_OF(categories, CATEGORY_COUNT, c);
}

const char *exempt_code(enum exempt e)
{
	return CODE_OF(exempts, EXEMPT_COUNT, e);
}

const char *residence_code(enum residence r)
{
	return CODE_OF(residences, RESIDENCE_COUNT, r);
}

int knp_number(enum knp k)
{
	return CODE_OF(knps, KNP_COUNT, k);
}

bool payer_parse(struct str s, enum payer_kind *out)
{
	int i = find(payers, PAYER_COUNT, s);

	if (i >= 0)
		*out = (enum payer_kind)i;
	return i >= 0;
}

bool category_parse(struct str s, enum category *out)
{
	int i = find(categories, CATEGORY_COUNT, s);

	if (i >= 0)
		*out = (enum category)i;
	return i >= 0;
}

bool exempt_parse(struct str s, enum exempt *out)
{
	int i = find(exempts, EXEMPT_COUNT, s);

	if (i >= 0)
		*out = (enum exempt)i;
	return i >= 0;
}

bool residence_parse(struct str s, enum residence *out)
{
	int i = find(residences, RESIDENCE_COUNT, s);

	if (i >= 0)
		*out = (enum residence)i;
	return i >= 0;
}

bool knp_from_number(int64_t number, enum knp *out)
{
	for (int i = 0; i < KNP_COUNT; i++) {
		if (knps[i] == number) {
			*out = (enum knp)i;
			return true;
		}
	}
	return false;
}

bool spell_parse(struct str s, enum spell_kind *out, uint8_t *detail)
{
	struct str code = s, head = str_cut(&code, ':');
	int kind = find(spells, SPELL_COUNT, head);
	enum category category;
	enum exempt exempt;

	if (kind < 0)
		return false;
	*detail = 0;
	if (kind == SPELL_CATEGORY) {
		if (!code.p || !category_parse(code, &category))
			return false;
		*detail = (uint8_t)category;
	} else if (kind == SPELL_EXEMPT) {
		if (!code.p || !exempt_parse(code, &exempt))
			return false;
		*detail = (uint8_t)exempt;
	} else if (code.p) {
		return false;
	}
	*out = (enum spell_kind)kind;
	return true;
}

void spell_put(struct buf *b, enum spell_kind kind, uint8_t detail)
{
	buf_z(b, spell_code(kind));
	if (kind == SPELL_CATEGORY) {
		buf_char(b, ':');
		buf_z(b, category_code((enum category)detail));
	} else if (kind == SPELL_EXEMPT) {
		buf_char(b, ':');
		buf_z(b, exempt_code((enum exempt)detail));
	}
}
