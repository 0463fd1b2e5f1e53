/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/encoding.h"
#include "formats/iso20022.h"
#include "fuzz/fuzz.h"

enum { TEXT_MAX = 8 << 20 };

/* What every later stage builds on. */
static void check_line(
	const struct iso_file *file, const struct iso_doc *d, const struct iso_line *l)
{
	must(l->problem < ERR_COUNT);
	must(!money_is_negative(l->sum) && l->key.n <= 128);
	must(iso_field(file, d, l->field) != NULL);
	must(l->problem != ERR_NONE || iin_valid(l->iin.d));
	must(l->problem != ERR_NONE || l->month.n != MONTH_NEVER.n);
	must(l->problem != ERR_NONE || l->has_knp || d->kind == ISO_RETURN);
	must(!l->has_payer || iin_valid(l->payer.d));
	must(l->name_bytes <= l->key.n);
}

static void check_file(const struct iso_file *file)
{
	bool refused = file->issues.total[ISSUE_FILE] > 0;
	size_t bad = 0, lines = 0;

	for (size_t i = 0; i < file->doc_count; i++) {
		const struct iso_doc *d = &file->docs[i];

		lines += d->count;
		must(refused || d->id.n > 0);
		for (size_t k = 0; k < d->count; k++) {
			check_line(file, d, &d->lines[k]);
			must(refused || (!money_is_zero(d->lines[k].sum) &&
						d->lines[k].day.n != DAY_NEVER.n));
			bad += d->lines[k].problem != ERR_NONE;
		}
	}
	must(bad == file->bad_count && lines == file->line_count);
}

FUZZ_TARGET
{
	const struct iso_options options = {
		.today = day_of(2026, 11, 22),
		.first_month = month_of(2018, 1),
		.months_ahead = 36,
		.corporation = STR_LIT("KZ92009MEDS368609103"),
		.corporation_bin = STR_LIT("160440007161"),
		.fund = STR_LIT("KZ33125KZT1001313313"),
		.profile = &iso_profile_standard,
	};
	struct iso_profile profile;
	struct iso_file file;
	enum encoding encoding;
	struct str text;

	if (encoding_read(cx, input, TEXT_MAX, &encoding, &text) != OK)
		return;
	if (iso_parse(cx, text, encoding, &options, &file) == OK)
		check_file(&file);
	err_clear(cx);
	if (text.n < 1 << 12)
		(void)!iso_profile_read(cx, "profile", text, &profile);
}
