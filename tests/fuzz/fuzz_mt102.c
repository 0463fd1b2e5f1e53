/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/encoding.h"
#include "formats/mt102.h"
#include "fuzz/fuzz.h"

enum { TEXT_MAX = 8 << 20 };

/* What every later stage builds on. */
static void check_file(const struct mt102_file *file)
{
	size_t bad = 0;

	for (size_t i = 0; i < file->doc_count; i++)
		must(file->docs[i].first + file->docs[i].count <= file->person_count);
	for (size_t i = 0; i < file->person_count; i++) {
		const struct mt102_person *p = &file->persons[i];

		bad += p->problem != ERR_NONE;
		must(p->problem < ERR_COUNT);
		if (p->problem == ERR_NONE)
			must(iin_valid(p->iin.d) && !money_is_negative(p->sum));
	}
	must(bad == file->bad_count);
}

FUZZ_TARGET
{
	const struct mt102_options options = {
		.today = day_of(2026, 11, 22),
		.corporation = {STR_LIT("KZ92009MEDS368609103"), STR_LIT("160440007161"),
			STR_LIT("GCVPKZ2A")},
		.fund = {STR_LIT("KZ33125KZT1001313313"), STR_LIT("160940025485"),
			STR_LIT("NBRKKZKX")},
	};
	struct mt102_file file;
	enum encoding encoding;
	struct str text;

	(void)mt102_sniff(input);
	if (encoding_read(cx, input, TEXT_MAX, &encoding, &text) != OK)
		return;
	if (mt102_parse(cx, text, &options, &file) == OK)
		check_file(&file);
}
