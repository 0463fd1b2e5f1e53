/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes in made-up documents as an importer does: for the kill test and for measuring.
 *
 *   portion_writer DB DOCUMENTS LINES [FIRST_MONTH]
 *
 * One document for each month from FIRST_MONTH (0 = 2020-01), LINES persons each. Prints the
 * time of each document. A repeat goes on where an earlier run stopped.
 */
#include "support/store_fixture.h"

#include "ledger/ledger.h"
#include "limits.h"

struct job {
	struct ctx cx;
	struct arena *part;
	struct db *db;
	struct payment_line *lines;
	size_t count;
};

static void make_lines(struct job *j, struct month month, uint64_t doc)
{
	for (size_t i = 0; i < j->count; i++) {
		struct payment_line *l = &j->lines[i];
		char digits[16];

		/* Large runs only measure: their numbers have no check digit. */
		if (j->count <= 50000)
			l->iin = made_iin((unsigned)i);
		else {
			snprintf(digits, sizeof(digits), "85%02u%08u",
				(unsigned)(i / 100000000 + 1), (unsigned)(i % 100000000));
			memcpy(l->iin.d, digits, IIN_DIGITS);
		}
		l->person = people_key(j->db, &l->iin);
		l->fact = (struct payment_fact){.month = month,
			.knp = KNP_CONTRIBUTION,
			.payer_kind = PAYER_EMPLOYER,
			.has_payer = true,
			.payer = {"240740000002"},
			.sum = money_tiyn(100 * (int64_t)(4000 + i % 1000)),
			.paid_on = day_of(2026, 2, 10),
			.known_since = day_of(2026, 2, 11),
			.doc = doc,
			.line = (uint32_t)i};
	}
	qsort(j->lines, j->count, sizeof(*j->lines), line_order);
}

/* Posts all portions; the memory of each is taken back. */
static ST post_all(struct job *j, const struct intake_new *in, struct intake *intake)
{
	struct portion_result result;

	while (!intake->finished) {
		size_t at = intake->lines_done, n = j->count - at;
		struct portion p = {.intake = intake->intake, .lines_before = at, .at = in->at};

		p.payment_count = n < LIMIT_PORTION_LINES ? n : LIMIT_PORTION_LINES;
		p.payments = j->lines + at;
		p.last = p.payment_count == n;
		arena_reset(j->part);
		TRY(ledger_post_portion(&j->cx, j->db, &p, &result));
		intake->lines_done = result.lines_done;
		intake->finished = intake->lines_done == j->count;
	}
	return OK;
}

static ST take_in(struct job *j, int number)
{
	struct arena *whole = j->cx.arena;
	enum st st;
	struct buf ref = buf_new(j->cx.arena, 32);
	struct intake_new in = {.kind = INTAKE_MT102, .source = STR_LIT("made"), .lines = j->count};
	struct intake intake;

	buf_fmt(&ref, "made-%d", number);
	in.ref = buf_view(&ref);
	in.digest = digest_sha256(ref.p, ref.n);
	in.at = j->cx.clock->now(j->cx.clock);
	make_lines(j, month_add(month_of(2020, 1), number), (uint64_t)doc_key(in.source, in.ref));
	for (size_t i = 0; i < j->count; i++)
		if (!money_add(in.sum, j->lines[i].fact.sum, &in.sum))
			return fail(&j->cx, MONEY_RANGE, "%s", "");
	TRY(intake_begin(&j->cx, j->db, &in, &intake));
	j->cx.arena = j->part;
	st = post_all(j, &in, &intake);
	j->cx.arena = whole;
	return st;
}

static ST run(struct job *j, const char *path, int documents, int first)
{
	TRY(db_open(&j->cx, path, DB_MODE_CREATE, &j->db));
	TRY(db_bulk(&j->cx, j->db, true));
	for (int i = first; i < first + documents; i++) {
		int64_t before = j->cx.clock->monotonic_us(j->cx.clock);

		TRY(take_in(j, i));
		printf("%d %lld ms\n", i,
			(long long)(j->cx.clock->monotonic_us(j->cx.clock) - before) / 1000);
		fflush(stdout);
	}
	return db_checkpoint(&j->cx, j->db);
}

int main(int argc, char **argv)
{
	struct job j = {.cx = {.arena = arena_new((size_t)1 << 30), .clock = clock_system()},
		.part = arena_new((size_t)64 << 20)};
	uint64_t documents, lines, first = 0;
	enum st st;

	if (argc < 4 || !str_to_u64(str_of(argv[2]), 200, &documents) ||
		!str_to_u64(str_of(argv[3]), 5000000, &lines) ||
		(argc > 4 && !str_to_u64(str_of(argv[4]), 200, &first)))
		return 2;
	j.count = lines;
	j.lines = arena_array(j.cx.arena, j.count, sizeof(*j.lines));
	st = run(&j, argv[1], (int)documents, (int)first);
	if (st != OK)
		fprintf(stderr, "%s %s\n", err_info(j.cx.err.code)->name, j.cx.err.detail);
	db_close(j.db);
	arena_free(j.part);
	arena_free(j.cx.arena);
	return st == OK ? 0 : st == E_RETRY ? 3 : 1;
}
