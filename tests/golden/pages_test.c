/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each page in each language, compared with tests/golden/pages/NAME.LANG.html. With
 * SAQTA_GOLDEN=write they are written anew; look at the difference before committing it.
 */
#include "support/test.h"

#include "support/page_samples.h"

static const struct err_slot wrong_iin = {.code = ERR_IIN_CHECKSUM, .field = "iin"};

static void put_start(struct ctx *cx, struct buf *b)
{
	struct view_start v = {.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_st_h1),
				       TAB_STATUS, STR_LIT(""))};

	page_start(b, cx->lang, &v);
}

static void put_start_wrong(struct ctx *cx, struct buf *b)
{
	struct view_start v = {.error = &wrong_iin, .typed = STR_LIT("\"><script>1</script>")};

	v.page = page_of(
		sample_request(cx), say_plain(cx->lang, MSG_st_h1), TAB_STATUS, STR_LIT(""));
	v.page.has_error = true;
	page_start(b, cx->lang, &v);
}

static void put_insured(struct ctx *cx, struct buf *b)
{
	page_status(b, cx->lang, sample_status(cx, REASON_REGULAR));
}

static void put_grace(struct ctx *cx, struct buf *b)
{
	page_status(b, cx->lang, sample_status(cx, REASON_GRACE));
}

static void put_lapsed(struct ctx *cx, struct buf *b)
{
	page_status(b, cx->lang, sample_status(cx, REASON_LAPSED));
}

static void put_unknown(struct ctx *cx, struct buf *b)
{
	page_status(b, cx->lang, sample_status(cx, REASON_NOT_IN_SYSTEM));
}

static void put_why(struct ctx *cx, struct buf *b)
{
	struct view_status *status = sample_status(cx, REASON_GRACE);
	struct status_return *back = arena_array(cx->arena, 2, sizeof(*back));
	struct view_why v;

	back[0] = (struct status_return){day_of(2026, 10, 2), KNP_CONTRIBUTION, money_tiyn(425000),
		STR_LIT("<b>ИИН</b> не соответствует Ф.И.О.")};
	back[1] = (struct status_return){
		day_of(2026, 10, 3), KNP_CONTRIBUTION_PENALTY, money_tiyn(100), STR_LIT("")};
	assert_false(status_view_why(status->a, month_of(2020, 1), &v));
	assert_true(status_view_why(status->a, month_of(2026, 9), &v));
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_st_why), TAB_STATUS,
		STR_LIT("s/x/why/2026-09"));
	v.token = status->token;
	v.steps = &status->a->steps;
	status_view_returns(cx, back, 2, &v);
	page_why(b, cx->lang, &v);
}

/* Two payments of an employer; no name and no number of his. */
static void put_why_paid(struct ctx *cx, struct buf *b)
{
	struct view_status *status = sample_status(cx, REASON_REGULAR);
	struct status_payment *of = arena_array(cx->arena, 2, sizeof(*of));
	struct view_why v;

	of[0] = (struct status_payment){
		day_of(2025, 10, 20), PAYER_EMPLOYER, KNP_DEDUCTION, money_tiyn(255000)};
	of[1] = (struct status_payment){
		day_of(2025, 10, 21), PAYER_EMPLOYER, KNP_CONTRIBUTION, money_tiyn(170000)};
	assert_true(status_view_why(status->a, month_of(2025, 9), &v));
	status_view_payments(cx, of, 2, &v);
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_st_why), TAB_STATUS,
		STR_LIT("s/x/why/2025-09"));
	v.token = STR_LIT(SAMPLE_TOKEN);
	page_why(b, cx->lang, &v);
}

static void put_why_state(struct ctx *cx, struct buf *b)
{
	struct view_status *status = sample_status(cx, REASON_GRACE);
	struct view_why v;

	assert_true(status_view_why(status->a, month_of(2025, 1), &v));
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_st_why), TAB_STATUS,
		STR_LIT("s/x/why/2025-01"));
	v.token = status->token;
	page_why(b, cx->lang, &v);
}

/* Dearer in one row, cheaper in the other. */
static struct view_compare *sample_compare(struct ctx *cx)
{
	struct view_pair *pairs = arena_array(cx->arena, 2, sizeof(*pairs));
	struct view_compare *c = ARENA_NEW(cx->arena, struct view_compare);

	pairs[0] = (struct view_pair){.at = month_of(2025, 1),
		.name = MSG_code_121,
		.here = money_tiyn(425000),
		.there = money_tiyn(510000),
		.more = money_tiyn(85000),
		.sign = 1};
	pairs[1] = (struct view_pair){.name = MSG_code_122,
		.here = money_tiyn(510000),
		.there = money_tiyn(425000),
		.more = money_tiyn(85000),
		.sign = -1};
	*c = (struct view_compare){.year = 2025,
		.other = 2026,
		.year_name = STR_LIT("2025"),
		.other_name = STR_LIT("2026"),
		.months = pairs,
		.month_count = 1,
		.codes = pairs,
		.code_count = 2,
		.total = pairs[0]};
	return c;
}

static void put_calculator(struct ctx *cx, struct buf *b)
{
	static const struct err_slot wrong = {.code = ERR_MONEY_FORMAT};
	struct str typed[] = {STR_LIT("85000"), STR_LIT("x")};
	struct view_calc_row rows[] = {
		{.number = 0,
			.month = 1,
			.typed = &typed[0],
			.typed_count = 1,
			.done = true,
			.at = month_of(2025, 1)},
		{.number = 1, .month = 2, .typed = &typed[1], .typed_count = 1, .error = &wrong},
		{.number = 2,
			.month = 1,
			.typed = &typed[0],
			.typed_count = 1,
			.twice = true,
			.at = month_of(2025, 1)},
	};
	struct view_kind kinds[] = {
		{{STR_LIT("employer"), say_code(cx->lang, "payer", "employer"), true}, false,
			MSG_k_salary},
		{{STR_LIT("farm"), say_code(cx->lang, "payer", "farm"), false}, true,
			MSG_k_income}};
	struct view_choice years[] = {{STR_LIT("2025"), STR_LIT("2025"), true}};
	struct view_choice none[] = {{STR_LIT(""), say_plain(cx->lang, MSG_k_no_category), false}};
	struct view_calc_code codes[] = {{KNP_DEDUCTION, MSG_code_121, money_tiyn(255000)},
		{KNP_CONTRIBUTION, MSG_code_122, money_tiyn(170000)}};
	struct view_calculator v = {.kinds = kinds,
		.kind_count = 2,
		.kind = kinds,
		.employer = true,
		.years = years,
		.year_count = 1,
		.others = years,
		.other_count = 1,
		.pasted = STR_LIT("1\t</textarea><b>"),
		.paste_wrong = 1,
		.compare = sample_compare(cx),
		.categories = none,
		.category_count = 1,
		.jobs = 1,
		.row_max = 24,
		.rows = rows,
		.row_count = 3,
		.calculated = true,
		.codes = codes,
		.code_count = 2,
		.total = money_tiyn(425000),
		.capped = true};

	rows[0].result.sums[KNP_DEDUCTION] = money_tiyn(255000);
	rows[0].result.sums[KNP_CONTRIBUTION] = money_tiyn(170000);
	rows[0].result.total = money_tiyn(425000);
	rows[0].result.due = day_of(2025, 2, 25);
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_k_h1), TAB_CALCULATOR,
		STR_LIT("calculator?kind=employer&year=2025&m=1&s=85000"));
	v.page.has_error = true;
	page_calculator(b, cx->lang, &v);
}

static void put_penalty(struct ctx *cx, struct buf *b)
{
	static const struct err_slot wrong = {.code = ERR_NUMBER_FORMAT};
	struct view_penalty v = {.debt = STR_LIT("85000"),
		.base_rate = STR_LIT("16,5"),
		.days = STR_LIT("-"),
		.days_error = &wrong};

	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_pen_h1), TAB_PENALTY,
		STR_LIT("penalty"));
	v.page.has_error = true;
	page_penalty(b, cx->lang, &v);
}

static void put_penalty_done(struct ctx *cx, struct buf *b)
{
	struct view_penalty v = {.debt = STR_LIT("85000"),
		.base_rate = STR_LIT("16,5"),
		.days = STR_LIT("10"),
		.done = true};

	v.result.total = money_tiyn(48031);
	v.result.per_day = money_tiyn(4803);
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_pen_h1), TAB_PENALTY,
		STR_LIT("penalty"));
	page_penalty(b, cx->lang, &v);
}

static void put_embed(struct ctx *cx, struct buf *b)
{
	struct view_embed v = {.origin = STR_LIT("https://saqta.example")};

	v.page = page_of(
		sample_request(cx), say_plain(cx->lang, MSG_emb_h1), TAB_EMBED, STR_LIT("embed"));
	page_embed(b, cx->lang, &v);
}

static void put_frame(struct ctx *cx, struct buf *b)
{
	struct view_frame v = {.error = &wrong_iin, .typed = STR_LIT("900101399911")};

	v.page = page_of(
		sample_request(cx), say_plain(cx->lang, MSG_svc_name), TAB_NONE, STR_LIT(""));
	page_frame(b, cx->lang, &v);
}

static void put_frame_answer(struct ctx *cx, struct buf *b)
{
	struct view_status *status = sample_status(cx, REASON_GRACE);
	struct view_frame v = {.status = status};

	status->tell = true;
	v.page = page_of(
		sample_request(cx), say_plain(cx->lang, MSG_svc_name), TAB_NONE, STR_LIT(""));
	page_frame(b, cx->lang, &v);
}

static void put_error(struct ctx *cx, struct buf *b)
{
	struct view_error v = {.status = 404,
		.headline = MSG_g_404,
		.advice = say_plain(cx->lang, MSG_g_404_x),
		.reference = STR_LIT("00c0ffee00c0ffee")};

	v.page =
		page_of(sample_request(cx), say_plain(cx->lang, v.headline), TAB_NONE, STR_LIT(""));
	page_error(b, cx->lang, &v);
}

/* Two debts, one month that runs, one ahead; the debts are chosen. */
static void fill_choose(struct ctx *cx, struct view_choose *v)
{
	static const enum allocation_turn turns[] = {
		TURN_DEBT, TURN_DEBT, TURN_CURRENT, TURN_AHEAD};
	static const enum msg titles[] = {MSG_st_debt, MSG_pay_current, MSG_pay_ahead};

	for (int t = 0; t < 3; t++) {
		v->groups[t].title = titles[t];
		v->groups[t].months = arena_array(cx->arena, 4, sizeof(struct view_pay_month));
	}
	for (int i = 0; i < 4; i++) {
		struct allocation_part *p = ARENA_NEW(cx->arena, struct allocation_part);
		struct view_pay_group *g = &v->groups[turns[i]];

		*p = (struct allocation_part){month_add(month_of(2026, 9), i), PAYER_INDEPENDENT,
			money_tiyn(425000), turns[i]};
		g->months[g->count++] = (struct view_pay_month){p, i, i < 2};
	}
	v->total = money_tiyn(850000);
}

static void put_choose(struct ctx *cx, struct buf *b, struct view_choose *v)
{
	v->token = STR_LIT(SAMPLE_TOKEN);
	v->page = page_of(sample_request(cx), say_plain(cx->lang, MSG_p_which), TAB_STATUS,
		STR_LIT("s/" SAMPLE_TOKEN "/pay"));
	v->page.personal = true;
	v->page.has_error = v->has_error;
	page_pay_choose(b, cx->lang, v);
}

static void put_pay_choose(struct ctx *cx, struct buf *b)
{
	struct view_choose v = {.has_error = false};

	fill_choose(cx, &v);
	put_choose(cx, b, &v);
}

static void put_pay_none(struct ctx *cx, struct buf *b)
{
	struct view_choose v = {.has_error = true, .error = MSG_pay_none};

	fill_choose(cx, &v);
	put_choose(cx, b, &v);
}

static void put_pay_nothing(struct ctx *cx, struct buf *b)
{
	struct view_choose v = {.has_error = false};

	put_choose(cx, b, &v);
}

static struct invoice_look *sample_look(struct ctx *cx, enum invoice_state state)
{
	struct invoice_look *look = ARENA_NEW(cx->arena, struct invoice_look);
	struct invoice *in = &look->invoice;

	*look = (struct invoice_look){.iin = sample_iin, .state = state, .renewable = true};
	look->month_paid = arena_array(cx->arena, 2, sizeof(bool));
	look->month_paid[0] = true;
	in->no = invoice_no_of(123456789);
	in->total = money_tiyn(850000);
	in->month_count = 2;
	in->months = arena_array(cx->arena, 2, sizeof(*in->months));
	for (int i = 0; i < 2; i++)
		in->months[i] = (struct invoice_month){
			month_add(month_of(2026, 9), i), PAYER_INDEPENDENT, money_tiyn(425000)};
	return look;
}

static void put_pay_check(struct ctx *cx, struct buf *b)
{
	const struct invoice_look *look = sample_look(cx, INVOICE_OPEN);
	struct view_draft v = {.token = STR_LIT(SAMPLE_TOKEN),
		.iin = sample_iin,
		.draft = {
			look->invoice.months, 2, look->invoice.total, true, day_of(2026, 11, 22)}};

	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_a_check), TAB_STATUS,
		STR_LIT("s/" SAMPLE_TOKEN "/pay"));
	v.page.personal = true;
	page_pay_check(b, cx->lang, &v);
}

static struct str sample_number(struct ctx *cx, const struct invoice_look *look)
{
	struct buf number = buf_new(cx->arena, INVOICE_NO_CHARS);

	invoice_no_put(&number, look->invoice.no);
	return buf_view(&number);
}

static void put_invoice(struct ctx *cx, struct buf *b, struct view_invoice *v)
{
	struct buf rest = buf_new(cx->arena, 64);

	v->number = sample_number(cx, v->look);
	buf_z(&rest, "pay/");
	buf_str(&rest, v->number);
	v->page = page_of(
		sample_request(cx), say_plain(cx->lang, MSG_p_h1), TAB_NONE, buf_view(&rest));
	v->page.personal = true;
	v->page.live = v->look->state == INVOICE_OPEN;
	page_invoice(b, cx->lang, v);
}

static struct view_countdown sample_countdown(const char *left)
{
	return (struct view_countdown){str_of(left), 7200, STR_LIT("{t}"), STR_LIT("0 d"),
		STR_LIT("0 h"), STR_LIT("0 min"), STR_LIT("0 s")};
}

/* The page of a rail; `code` is what a bank issues on it, or NULL. */
static void put_rail(
	struct ctx *cx, struct buf *b, size_t chosen, bool phone, const struct view_code *code)
{
	struct view_bank_path paths[] = {
		{say_code(cx->lang, "bank.path", "mams"), say_code(cx->lang, "bank", "kaspi")},
		{STR_LIT("<menu>"), STR_LIT("\"bank\"")}};
	struct view_rail rails[] = {{"link", say_code(cx->lang, "pay.rail", "link"), false, false},
		{"emv", say_code(cx->lang, "pay.rail", "emv"), false, false},
		{"kaspi", say_code(cx->lang, "pay.rail", "kaspi"), false, true}};
	struct view_invoice v = {.look = sample_look(cx, INVOICE_OPEN),
		.state = "open",
		.phone = phone,
		.rail_asked = code,
		.paths = paths,
		.path_count = 2,
		.link = STR_LIT("https://saqta.example/p/7K3F-92QD"),
		.app = STR_LIT("https://saqta.example/p/7K3F-92QD"),
		.has_qr = !code || code->state == BANK_QR_READY,
		.qr = {29, STR_LIT("M4 4h7v1h-7z")},
		.rails = rails,
		.rail_count = 3,
		.code = code,
		.code_get = say_plain(cx->lang, MSG_p_new),
		.countdown = sample_countdown("<2 h>")};

	rails[chosen].chosen = true;
	put_invoice(cx, b, &v);
}

static void put_invoice_open(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 0, false, NULL);
}

static void put_invoice_phone(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 0, true, NULL);
}

static void put_invoice_code(struct ctx *cx, struct buf *b)
{
	const struct view_code code = {.rail = "kaspi",
		.state = BANK_QR_READY,
		.link = STR_LIT("https://pay.kaspi.kz/pay/<&\"x"),
		.countdown = sample_countdown("<2 min>")};

	put_rail(cx, b, 2, false, &code);
}

static void put_invoice_code_phone(struct ctx *cx, struct buf *b)
{
	const struct view_code code = {.rail = "kaspi",
		.state = BANK_QR_READY,
		.link = STR_LIT("https://pay.kaspi.kz/pay/<&\"x"),
		.countdown = sample_countdown("<2 min>")};

	put_rail(cx, b, 2, true, &code);
}

static void put_invoice_code_waits(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 2, false, &(struct view_code){.rail = "kaspi", .state = BANK_QR_WAITING});
}

static void put_invoice_code_failed(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 2, false, &(struct view_code){.rail = "kaspi", .state = BANK_QR_FAILED});
}

static void put_invoice_code_taken(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 2, false, &(struct view_code){.rail = "kaspi", .state = BANK_QR_TAKEN});
}

static void put_invoice_code_rests(struct ctx *cx, struct buf *b)
{
	put_rail(cx, b, 2, true,
		&(struct view_code){.rail = "kaspi", .state = BANK_QR_OVER, .rests = true});
}

static void put_invoice_expired(struct ctx *cx, struct buf *b)
{
	struct view_invoice v = {.look = sample_look(cx, INVOICE_EXPIRED),
		.state = "expired",
		.problem = MSG_pay_old};

	put_invoice(cx, b, &v);
}

static void put_invoice_changed(struct ctx *cx, struct buf *b)
{
	struct invoice_look *look = sample_look(cx, INVOICE_CHANGED);
	struct view_invoice v = {.look = look, .state = "changed", .problem = MSG_pay_changed};

	look->renewable = false;
	put_invoice(cx, b, &v);
}

static void put_receipt(struct ctx *cx, struct buf *b, struct invoice_look *look)
{
	struct view_receipt v = {.look = look,
		.number = sample_number(cx, look),
		.bank = STR_LIT("Bank <A>"),
		.payee_bin = STR_LIT("160440007161")};
	struct instant at = {1795323000LL * 1000000};

	look->payment.ref = STR_LIT("<1>");
	look->payment.sum = money_tiyn(850000);
	look->payment.advance = look->paid_twice ? money_tiyn(425000) : MONEY_ZERO;
	v.has_kept = look->paid_twice;
	v.steps[0] = (struct view_step){MSG_pay_step_bank, true, at};
	v.steps[1] = (struct view_step){MSG_pay_step_fund, true, at};
	v.steps[2] = (struct view_step){
		look->months_paid ? MSG_pay_step_status : MSG_pay_step_status_not,
		look->months_paid, at};
	v.way = look->months_paid ? VIEW_ARRIVED : v.has_kept ? VIEW_PART : VIEW_UNSEEN;
	v.page = page_of(sample_request(cx), say_plain(cx->lang, MSG_p_receipt), TAB_NONE,
		STR_LIT("pay/7K3F-92QD/done"));
	v.page.personal = true;
	page_receipt(b, cx->lang, &v);
}

static void put_receipt_done(struct ctx *cx, struct buf *b)
{
	struct invoice_look *look = sample_look(cx, INVOICE_PAID);

	look->months_paid = true;
	put_receipt(cx, b, look);
}

static void put_receipt_kept(struct ctx *cx, struct buf *b)
{
	struct invoice_look *look = sample_look(cx, INVOICE_PAID);

	look->paid_twice = true;
	put_receipt(cx, b, look);
}

static void put_receipt_unseen(struct ctx *cx, struct buf *b)
{
	put_receipt(cx, b, sample_look(cx, INVOICE_PAID));
}

static const struct {
	const char *name;
	void (*put)(struct ctx *cx, struct buf *b);
} pages[] = {
	{"start", put_start},
	{"start-wrong", put_start_wrong},
	{"status-insured", put_insured},
	{"status-grace", put_grace},
	{"status-lapsed", put_lapsed},
	{"status-unknown", put_unknown},
	{"why-debt", put_why},
	{"why-paid", put_why_paid},
	{"why-state", put_why_state},
	{"calculator", put_calculator},
	{"penalty-wrong", put_penalty},
	{"penalty-done", put_penalty_done},
	{"embed", put_embed},
	{"frame", put_frame},
	{"frame-answer", put_frame_answer},
	{"error", put_error},
	{"pay-choose", put_pay_choose},
	{"pay-none", put_pay_none},
	{"pay-nothing", put_pay_nothing},
	{"pay-check", put_pay_check},
	{"invoice", put_invoice_open},
	{"invoice-phone", put_invoice_phone},
	{"invoice-code", put_invoice_code},
	{"invoice-code-phone", put_invoice_code_phone},
	{"invoice-code-waits", put_invoice_code_waits},
	{"invoice-code-failed", put_invoice_code_failed},
	{"invoice-code-taken", put_invoice_code_taken},
	{"invoice-code-rests", put_invoice_code_rests},
	{"invoice-expired", put_invoice_expired},
	{"invoice-changed", put_invoice_changed},
	{"receipt", put_receipt_done},
	{"receipt-kept", put_receipt_kept},
	{"receipt-unseen", put_receipt_unseen},
};

/* The hash in "app-0123456789abcdef.css" changes with the look, not with the page. */
static void hide_hashes(struct buf *b)
{
	char *at = b->p;

	while ((at = memmem(at, b->n - (size_t)(at - b->p), "/assets/", 8))) {
		char *dash = at;
		while (*dash != '"' &&
			!(dash[0] == '-' && strspn(dash + 1, "0123456789abcdef") == 16))
			dash++;
		if (*dash == '-')
			memset(dash + 1, '0', 16);
		at += 8;
	}
}

static struct str read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b = buf_new(a, 1 << 20);
	char *to = buf_room(&b, 1 << 18);

	if (!f)
		return STR_LIT("");
	b.n = fread(to, 1, 1 << 18, f);
	fclose(f);
	return buf_view(&b);
}

static void write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
}

static void check_page(size_t number, enum lang lang)
{
	struct ctx cx = {.arena = arena_new(4 << 20), .lang = lang};
	struct buf b = page_buf(&cx), path = buf_new(cx.arena, 4096);
	const char *write = getenv("SAQTA_GOLDEN");

	pages[number].put(&cx, &b);
	assert_false(b.over);
	buf_char(&b, '\0');
	b.n--;
	hide_hashes(&b);
	assert_null(memmem(b.p, b.n, "<script>1", 9));
	buf_fmt(&path, "%s/%s.%s.html", GOLDEN_DIR, pages[number].name, lang_code(lang));
	buf_char(&path, '\0');
	if (write && strcmp(write, "write") == 0)
		write_file(path.p, buf_view(&b));
	struct str want = read_file(cx.arena, path.p);
	if (!str_eq(buf_view(&b), want))
		print_error("%s is not what the page is now\n", path.p);
	assert_true(str_eq(buf_view(&b), want));
	arena_free(cx.arena);
}

static void test_pages(void **state)
{
	(void)state;
	for (size_t i = 0; i < TEST_COUNT(pages); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			check_page(i, (enum lang)lang);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
