/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names for people that nobody is: a given name that many have, and of the surname a letter alone.
 */
#include "service/country_parts.h"

#include "text/say.h"

enum { SEX_DIGIT = 6 };

/* One word of the list, whose words are parted by spaces. In Kazakh, in whatever language. */
static struct str pick(enum msg list, struct country_dice *dice)
{
	struct str words = say_plain(LANG_KK, list), rest = words, word = {0};
	unsigned count = 0;

	for (; rest.p; count++)
		str_cut(&rest, ' ');
	rest = words;
	for (unsigned i = country_below(dice, count) + 1; i-- > 0;)
		word = str_cut(&rest, ' ');
	return word;
}

struct country_name country_name(const struct iin *iin)
{
	struct country_dice dice = {0};
	bool man = (iin->d[SEX_DIGIT] - '0') % 2 == 1;
	struct country_name name;

	/* From the number alone: whoever has it is called the same in every country. */
	for (int i = 0; i < IIN_DIGITS; i++)
		dice.state = dice.state * 10 + (uint64_t)(iin->d[i] - '0');
	name.given = pick(man ? MSG_demo_names_men : MSG_demo_names_women, &dice);
	name.surname = pick(MSG_demo_names_letters, &dice);
	return name;
}
