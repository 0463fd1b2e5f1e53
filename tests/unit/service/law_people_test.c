/* SPDX-License-Identifier: Apache-2.0 */
/* Whose status another book changes: nobody's when the books are the same, and else exactly those
 * of whom two questions about the status say so. */
#include "support/test.h"
#include "support/pg_fixture.h"

#include <unistd.h>

#include "base/embed.h"
#include "limits.h"
#include "service/demo.h"
#include "service/import.h"
#include "service/law_people.h"
#include "service/status.h"
#include "store/migrate.h"
#include "store/people.h"

extern const struct embedded law_files[];
extern const size_t law_files_count;

enum { PEOPLE = 600, EDGE_PEOPLE = 2 };

struct fixture {
	struct ctx cx;
	struct clock_fixed clock;
	struct arena *books;
	struct lawbook *book;
	struct call call;
	char path[64], url[PG_URL_BYTES];
	bool server;
	int slot;
};

/* The built-in files without the ones that bring a further year; they have the name of a year. */
static size_t base_files(struct law_file files[32])
{
	size_t n = 0;

	for (size_t i = 0; i < law_files_count; i++)
		if (law_files[i].name[0] > '9')
			files[n++] = (struct law_file){law_files[i].name, law_files[i].text};
	return n;
}

static int make(void **state)
{
	static struct fixture f;
	const char *engine = getenv("SAQTA_TEST_ENGINE");
	struct law_file files[32];
	struct instant noon = {day_start(day_of(2026, 11, 22)).us + 12LL * 3600 * 1000000};

	f.clock = clock_fixed_at(noon);
	f.cx = (struct ctx){.arena = arena_new(256 << 20), .clock = &f.clock.clock};
	f.books = arena_new(256 << 20);
	snprintf(f.path, sizeof(f.path), "/tmp/saqta-law-people-%d.db", (int)getpid());
	snprintf(f.url, sizeof(f.url), "sqlite:%s", f.path);
	f.server = engine && strcmp(engine, "postgres") == 0;
	*state = &f;
	size_t count = base_files(files);

	return lawbook_read(&f.cx, f.books, files, count, &f.book) == OK ? 0 : -1;
}

static int end(void **state)
{
	struct fixture *f = *state;

	arena_free(f->cx.arena);
	arena_free(f->books);
	return 0;
}

static void remove_files(struct fixture *f)
{
	static const char *const tails[] = {"", "-wal", "-shm"};
	char name[80];

	for (size_t i = 0; i < TEST_COUNT(tails); i++) {
		snprintf(name, sizeof(name), "%s%s", f->path, tails[i]);
		unlink(name);
	}
}

static void open_country(struct fixture *f, uint64_t seed)
{
	const struct demo_order order = {.people = PEOPLE, .seed = seed};
	struct demo_report report;

	bool is_new = true;

	remove_files(f);
	if (f->server) {
		f->slot = pg_take(&is_new);
		pg_url(f->slot, f->url);
	}
	if (!is_new)
		pg_empty(f->slot);
	arena_reset(f->cx.arena);
	f->call = (struct call){.cx = &f->cx, .book = f->book, .role = ACTOR_OPERATOR};
	assert_int_equal(db_open(&f->cx, f->url, DB_MODE_CREATE, &f->call.db), OK);
	assert_int_equal(demo_make(&f->call, &order, &report), OK);
}

static void import_text(struct fixture *f, const char *text)
{
	const struct import_options options = {.check_only = false};
	struct import_report report;

	assert_int_equal(import_bytes(&f->call, str_of(text), &options, &report), OK);
	assert_int_equal(report.lines_suspense, 0);
}

/* Two whom the country does not have: who owes and paid the present month and the next twelve in
 * advance, and whose category has just ended. */
static void add_edge_people(struct fixture *f)
{
	struct buf b = buf_new(f->cx.arena, 1 << 14);

	import_text(f,
		"iin;surname;name;patronymic;birth_date;residence;in_system_from;known_since\n"
		"850101100002;A;A;;1885-01-01;citizen;2020-01-01;\n"
		"850102100008;B;B;;1885-01-02;citizen;2020-01-01;\n");
	import_text(f, "iin;kind;payer;from;to;known_since\n"
		       "850102100008;category:student;;2020-01-01;2026-08-31;\n");
	buf_z(&b, "doc;line;iin;month;knp;sum;payer;payer_kind;paid_on;received_on\n");
	for (int i = 0; i <= 12; i++) {
		buf_fmt(&b, "edge;%d;850101100002;", i + 1);
		month_put(&b, month_add(month_of(2026, 11), i));
		buf_z(&b, ";122;4250;;independent;2026-11-10;2026-11-10\n");
	}
	import_text(f, str_z(f->cx.arena, buf_view(&b)));
}

static void close_country(struct fixture *f)
{
	db_close(f->call.db);
	remove_files(f);
	if (f->server)
		pg_give_back(f->slot, false);
}

/* The book of these files with one text in one file replaced. */
static struct lawbook *book_with(
	struct fixture *f, const char *file, const char *find, const char *with)
{
	struct law_file files[32];
	struct lawbook *book;
	bool found = false;

	size_t count = base_files(files);

	for (size_t i = 0; i < count; i++) {
		struct str text = files[i].text;
		const char *at = memmem(text.p, text.n, find, strlen(find));

		if (strcmp(files[i].name, file) == 0 && at) {
			struct buf b = buf_new(f->books, LIMIT_YAML_BYTES);
			size_t before = (size_t)(at - text.p), after = before + strlen(find);

			buf_put(&b, text.p, before);
			buf_z(&b, with);
			buf_put(&b, text.p + after, text.n - after);
			text = buf_view(&b);
			found = true;
		}
		files[i].text = text;
	}
	assert_true(found);
	assert_int_equal(lawbook_read(&f->cx, f->books, files, count, &book), OK);
	return book;
}

/* The built-in book and a file that brings 2027. */
static struct lawbook *year_more(struct fixture *f)
{
	static const char text[] =
		"years:\n  - {year: 2027, article: 405-V art. 27, source: test}\n"
		"units:\n  MZP:\n    - {from: 2027-01-01, to: 2027-12-31, tenge: 90000, article: "
		"budget law for 2027, source: test}\n"
		"  MRP:\n    - {from: 2027-01-01, to: 2027-12-31, tenge: 4600, article: "
		"budget law for 2027, source: test}\n";
	struct law_file files[32];
	struct lawbook *book;
	size_t n = base_files(files);

	files[n] = (struct law_file){"2027.yaml", STR_LIT(text)};
	assert_int_equal(lawbook_read(&f->cx, f->books, files, n + 1, &book), OK);
	return book;
}

struct told {
	struct law_person_change items[PEOPLE + EDGE_PEOPLE];
	size_t count;
};

static enum st remember(void *arg, const struct law_person_change *change)
{
	struct told *told = arg;

	assert_true(told->count < TEST_COUNT(told->items));
	told->items[told->count++] = *change;
	return OK;
}

/* `arg` is how far it was told. */
static void remember_tick(void *arg, size_t done, size_t total)
{
	size_t *at = arg;

	assert_true(done >= *at && done <= total);
	*at = done;
}

static void compare(struct fixture *f, const struct lawbook *after, struct day on,
	struct told *told, struct law_people_report *out)
{
	size_t at = 0;
	const struct law_people_order order = {.before = f->book,
		.after = after,
		.on = on,
		.known = day_of(2026, 11, 22),
		.tell = remember,
		.tell_arg = told,
		.tick = remember_tick,
		.tick_arg = &at};

	told->count = 0;
	assert_int_equal(law_people_compare(&f->call, &order, out), OK);
	assert_int_equal(at, out->persons);
	assert_int_equal(out->changed, told->count);
}

/* What `saqta status` says under a book. */
static struct law_side ask(
	struct fixture *f, const struct lawbook *book, const struct iin *iin, struct day on)
{
	struct call call = f->call;
	struct status_question q = {.iin = *iin,
		.has_on = true,
		.on = on,
		.has_known = true,
		.known = day_of(2026, 11, 22)};
	struct status_answer answer;
	struct law_side out = {.err = ERR_NONE};

	call.book = book;
	if (status_find(&call, &q, &answer) != OK) {
		out.err = f->cx.err.code;
		err_clear(&f->cx);
		return out;
	}
	out.insured = answer.coverage.insured;
	out.reason = answer.coverage.reason;
	out.to_pay = answer.coverage.to_pay;
	out.debt_months = answer.coverage.debt_count;
	for (size_t i = 0; i < answer.coverage.debt_count; i++)
		assert_true(money_add(out.debt, answer.coverage.debt[i].owed, &out.debt));
	return out;
}

static const struct law_person_change *find(const struct told *told, const struct iin *iin)
{
	for (size_t i = 0; i < told->count; i++)
		if (memcmp(told->items[i].iin.d, iin->d, IIN_DIGITS) == 0)
			return &told->items[i];
	return NULL;
}

/* Every person of the database is asked twice. Returns how many changed. */
static size_t assert_agrees(struct fixture *f, const struct lawbook *after, struct day on)
{
	static struct told told;
	struct law_people_report report;
	int64_t keys[PEOPLE + EDGE_PEOPLE + 1], persons = 0;
	size_t count, changed = 0;

	compare(f, after, on, &told, &report);
	assert_int_equal(people_list(&f->cx, f->call.db, -1, TEST_COUNT(keys), keys, &count), OK);
	assert_int_equal(count, report.persons);
	for (size_t i = 0; i < count; i++) {
		struct iin iin;
		const struct law_person_change *c;

		assert_int_equal(people_iin(&f->cx, f->call.db, keys[i], &iin), OK);
		struct law_side a = ask(f, f->book, &iin, on), b = ask(f, after, &iin, on);

		c = find(&told, &iin);
		assert_true(law_side_same(&a, &b) == !c);
		if (!c)
			continue;
		assert_true(law_side_same(&a, &c->before) && law_side_same(&b, &c->after));
		changed++;
	}
	assert_int_equal(changed, report.changed);
	for (size_t i = 0; i < report.move_count; i++)
		persons += report.moves[i].persons;
	assert_int_equal(persons, report.changed);
	return changed;
}

static void same_book_changes_nobody(void **state)
{
	static struct told told;
	struct fixture *f = *state;
	struct law_people_report report;

	for (uint64_t seed = 1; seed <= 4; seed++) {
		open_country(f, seed);
		for (int year = 2020; year <= 2028; year += 2) {
			compare(f, f->book, day_of(year, 6, 30), &told, &report);
			assert_true(report.persons >= PEOPLE - 1);
			assert_int_equal(report.changed, 0);
			assert_int_equal(report.move_count, 0);
		}
		/* Another text with the same rows. */
		compare(f,
			book_with(f, "payers.yaml", "# Who pays how much", "# Who pays, how much"),
			day_of(2026, 11, 22), &told, &report);
		assert_int_equal(report.changed, 0);
		close_country(f);
	}
}

static void exactly_those_whose_answers_differ(void **state)
{
	static const struct {
		const char *file, *find, *with;
		bool some; /* the country has people of this kind */
	} edits[] = {
		{"open.yaml", "chosen: thirteen", "chosen: twelve", true},
		{"open.yaml", "chosen: grace\n", "chosen: no-grace\n", true},
		{"open.yaml", "chosen: strict", "chosen: lenient", true},
		{"open.yaml", "chosen: minimum", "chosen: any-sum", false},
		{"open.yaml", "chosen: with-tested-month", "chosen: before-tested-month", true},
		{"status.yaml", "{from: 2017-01-01, value: 3, article: 405-V art. 5(2)",
			"{from: 2017-01-01, value: 1, article: 405-V art. 5(2)", true},
		{"status.yaml", "value: 12, article: 405-V art. 5(3), source: \"public: zakon.kz",
			"value: 6, article: 405-V art. 5(3), source: \"public: zakon.kz", true},
		{"deadlines.yaml", "day: 25 # of", "day: 20 # of", true},
		{"payers.yaml", "{from: 2020-01, rate: 5%, of: 1 MZP",
			"{from: 2020-01, rate: 6%, of: 1 MZP", true},
	};
	struct fixture *f = *state;
	struct day on = day_of(2026, 11, 22);

	open_country(f, 5);
	add_edge_people(f);
	for (size_t i = 0; i < TEST_COUNT(edits); i++) {
		size_t n = assert_agrees(
			f, book_with(f, edits[i].file, edits[i].find, edits[i].with), on);

		print_message("# %.*s: %zu\n", (int)strcspn(edits[i].with, "\n"), edits[i].with, n);
		assert_true(!edits[i].some || n > 0);
	}
	/* A day that only one of the books knows: who owes nothing has an answer in both. */
	assert_true(assert_agrees(f, year_more(f), day_of(2027, 3, 10)) > 0);
	close_country(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_book_changes_nobody),
		cmocka_unit_test(exactly_those_whose_answers_differ),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make, end);
}
