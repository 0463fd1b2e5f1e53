/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every tests/golden/mt102/NAME.mt is read and its outcome compared with NAME.txt. With
 * SAQTA_GOLDEN=write the outcomes are written anew; look at the difference before committing it.
 */
#include "support/test.h"

#include <dirent.h>

#include "formats/encoding.h"
#include "formats/mt102.h"

static const struct mt102_options options = {
	.corporation = {STR_LIT("KZ92009MEDS368609103"), STR_LIT("160440007161"),
		STR_LIT("GCVPKZ2A")},
	.fund = {STR_LIT("KZ33125KZT1001313313"), STR_LIT("160940025485"), STR_LIT("NBRKKZKX")},
};

static const char *const purposes[] = {
	[MT102_PAYMENT] = "payment",
	[MT102_RETURN] = "return",
	[MT102_TO_FUND] = "to fund",
	[MT102_REFUND] = "refund",
};

static const char *const weights[] = {
	[ISSUE_NOTE] = "note",
	[ISSUE_LINE] = "line",
	[ISSUE_FILE] = "file",
};

static struct str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = buf_new(a, 64 << 20);
	size_t n;

	if (!f)
		return (struct str){NULL, 0};
	do {
		char *to = buf_room(&b, 1 << 16);

		assert_non_null(to);
		n = fread(to, 1, 1 << 16, f);
		b.n += n;
	} while (n);
	fclose(f);
	return (struct str){b.p ? b.p : "", b.n};
}

static void put_error(struct buf *b, const struct err_slot *e)
{
	buf_fmt(b, "%s line %zu", err_info(e->code)->name, e->line);
	if (e->field[0])
		buf_fmt(b, " %s", e->field);
	if (e->detail[0])
		buf_fmt(b, " (%s)", e->detail);
	buf_char(b, '\n');
}

static void put_doc(struct buf *b, const struct mt102_doc *d)
{
	buf_fmt(b, "MT%d line %zu %s, reference %.*s, number %.*s, purpose %s, ", d->type, d->line,
		purposes[d->purpose], STR(d->reference), STR(d->number),
		d->has_knp ? "known" : "unknown");
	buf_str(b, d->knp_text);
	buf_z(b, ", ");
	money_put_plain(b, d->total);
	buf_z(b, " on ");
	if (d->value.n != DAY_NEVER.n)
		day_put(b, d->value);
	buf_fmt(b, "\n  payer %.*s, %.*s\n", STR(d->payer.iban), STR(d->payer.name));
	buf_fmt(b, "  text %.*s\n", STR(d->assign));
	if (d->text.number.n)
		buf_fmt(b, "  about document %.*s of %.*s, reference %.*s, %lld persons\n",
			STR(d->text.number), STR(d->text.date), STR(d->text.reference),
			(long long)d->text.bad_count);
	if (d->text.persons >= 0)
		buf_fmt(b, "  says %lld persons, %lld documents\n", (long long)d->text.persons,
			(long long)d->text.documents);
}

static void put_person(struct buf *b, const struct mt102_person *p)
{
	buf_fmt(b, "  line %u ", p->line);
	buf_str(b, p->problem ? p->given : iin_digits(&p->iin));
	buf_char(b, ' ');
	if (p->month.n != MONTH_NEVER.n)
		month_put(b, p->month);
	buf_char(b, ' ');
	money_put_plain(b, p->sum);
	buf_fmt(b, " %.*s|%.*s|%.*s", STR(p->surname), STR(p->name), STR(p->patronymic));
	if (p->letter)
		buf_fmt(b, " letter %c", p->letter);
	if (p->reason.n)
		buf_fmt(b, " reason %.*s", STR(p->reason));
	if (p->problem)
		buf_fmt(b, " - %s %s", err_info((enum err)p->problem)->name,
			mt102_key_name(p->problem_key));
	buf_char(b, '\n');
}

static void put_outcome(struct ctx *cx, struct str bytes, struct buf *b)
{
	struct mt102_options o = options;
	struct mt102_file file;
	enum encoding encoding;
	struct str text;

	o.today = day_of(2026, 11, 22);
	if (encoding_read(cx, bytes, 1 << 26, &encoding, &text) != OK ||
		mt102_parse(cx, text, &o, &file) != OK) {
		buf_z(b, "refused: ");
		put_error(b, &cx->err);
		return;
	}
	buf_fmt(b, "%s, %zu documents, %zu persons, %zu bad\n", encoding_name(encoding),
		file.doc_count, file.person_count, file.bad_count);
	for (size_t i = 0; i < file.doc_count; i++) {
		put_doc(b, &file.docs[i]);
		for (size_t k = 0; k < file.docs[i].count && k < 20; k++)
			put_person(b, &file.persons[file.docs[i].first + k]);
	}
	for (size_t i = 0; i < file.issues.count; i++) {
		buf_fmt(b, "%s: ", weights[file.issues.items[i].weight]);
		put_error(b, &file.issues.items[i].err);
	}
	buf_z(b, file.issues.total[ISSUE_FILE] ? "refused\n" : "taken\n");
}

static void write_file(const char *path, struct str s)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
	assert_int_equal(fclose(f), 0);
}

static void test_files(void **state)
{
	struct dirent **names;
	int n = scandir(GOLDEN_DIR, &names, NULL, alphasort), files = 0;
	const char *mode = getenv("SAQTA_GOLDEN");
	bool good = true;

	assert_true(n > 0);
	for (int i = 0; i < n; free(names[i++])) {
		struct arena *arena = arena_new(256 << 20);
		struct ctx cx = {.arena = arena, .clock = clock_system()};
		struct buf got = buf_new(arena, 1 << 20), in = buf_new(arena, 4096),
			   out = buf_new(arena, 4096);
		size_t length = strlen(names[i]->d_name);

		if (length > 3 && strcmp(names[i]->d_name + length - 3, ".mt") == 0) {
			buf_fmt(&in, "%s/%s%c", GOLDEN_DIR, names[i]->d_name, 0);
			buf_fmt(&out, "%s/%.*s.txt%c", GOLDEN_DIR, (int)length - 3,
				names[i]->d_name, 0);
			put_outcome(&cx, read_file(arena, in.p), &got);
			if (mode && strcmp(mode, "write") == 0)
				write_file(out.p, buf_view(&got));
			struct str want = read_file(arena, out.p);
			if (!str_eq(buf_view(&got), want)) {
				print_error("%s\n--- got\n%.*s--- want\n%.*s", names[i]->d_name,
					STR(buf_view(&got)), STR(want));
				good = false;
			}
			files++;
		}
		arena_free(arena);
	}
	free(names);
	assert_true(files >= 30);
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_files)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
