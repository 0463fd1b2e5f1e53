/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversations with banks that issue QR codes, byte by byte and without a network: what we
 * ask, and what of their answers is believed.
 */
#include "gateway/qr_bank.h"

#include "support/test.h"

#include "base/url.h"
#include "limits.h"

enum { SECOND = 1000000 };

struct side {
	struct clock_fixed clock;
	struct ctx cx;
	struct qr_bank bank;
	struct qr_wish wish;
};

static void start(struct side *s, const struct qr_bank_kind *kind)
{
	*s = (struct side){.clock = clock_fixed_at((struct instant){1780000000LL * SECOND})};
	s->cx = (struct ctx){.arena = arena_new(LIMIT_ARENA_BYTES), .clock = &s->clock.clock};
	s->bank = (struct qr_bank){.kind = kind,
		.settings = {.url = STR_LIT("https://bank.example/r1/v01"),
			.token_url = STR_LIT("https://login.example/token"),
			.user = STR_LIT("saqta & co"),
			.secret = STR_LIT("p=1+1"),
			.place = STR_LIT("42"),
			.links = STR_LIT("https://qr.kaspi.kz/ https://developer.homebank.kz/")}};
	s->wish = (struct qr_wish){
		.no = invoice_no_of(123456789), .sum = money_tiyn(425000), .order = 7};
}

static void end(struct side *s)
{
	arena_free(s->cx.arena);
}

static struct peer_request ask(struct side *s)
{
	struct peer_request out = {.method = "POST"};

	assert_int_equal(s->bank.kind->ask(&s->cx, &s->bank, &s->wish, &out), OK);
	return out;
}

static enum err take(struct side *s, const char *body)
{
	enum st st;

	err_clear(&s->cx);
	st = s->bank.kind->take(&s->cx, &s->bank, &s->wish, str_of(body));
	assert_int_equal(st, err_info(s->cx.err.code)->class);
	return s->cx.err.code;
}

static struct str header(const struct peer_request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (str_is(r->headers[i].name, name))
			return r->headers[i].value;
	return (struct str){0};
}

static void kaspi_registers_once_then_asks(void **state)
{
	struct peer_request r;
	struct side s;

	(void)state;
	start(&s, &qr_bank_kaspi);
	r = ask(&s);
	assert_text(r.url, "https://bank.example/r1/v01/device/register");
	assert_text(r.body, "{\"DeviceId\":\"saqta & co\",\"TradePointId\":42}");
	assert_text(header(&r, "Api-Key"), "p=1+1");
	assert_text(header(&r, "Content-Type"), "application/json");
	assert_int_equal(
		take(&s, "{\"StatusCode\":0,\"Data\":{\"DeviceToken\":\"d-1\"}}"), ERR_NONE);
	r = ask(&s);
	assert_text(r.url, "https://bank.example/r1/v01/qr/create");
	assert_text(
		r.body, "{\"DeviceToken\":\"d-1\",\"Amount\":4250,\"ExternalId\":\"03NQ-K8N1\"}");
	assert_int_equal(
		take(&s, "{\"StatusCode\":0,\"Message\":\"ok\",\"Data\":{\"QrToken\":"
			 "\"https://qr.kaspi.kz/abc\",\"ExpireDate\":\"2026-05-29T01:28:20+05:00\","
			 "\"QrPaymentId\":77,\"PaymentMethods\":[\"Gold\"],\"New\":{\"x\":1.5}}}"),
		ERR_NONE);
	assert_int_equal(s.wish.step, s.bank.kind->steps);
	assert_text(s.wish.issued.text, "https://qr.kaspi.kz/abc");
	assert_text(s.wish.issued.link, "https://pay.kaspi.kz/pay/abc");
	assert_text(s.wish.issued.ref, "77");
	assert_int_equal(s.wish.issued.expires_at.us, s.clock.at.us + 100 * (int64_t)SECOND);

	/* The next wish needs no device; the third scheme names the organisation. */
	s.wish.step = 0;
	s.bank.settings.owner = STR_LIT("190140000007");
	s.bank.settings.secret = (struct str){0};
	r = ask(&s);
	assert_non_null(strstr(str_z(s.cx.arena, r.body), "\"OrganizationBin\":\"190140000007\""));
	assert_int_equal(header(&r, "Api-Key").n, 0);
	/* A refusal may mean our device: it registers again. */
	assert_int_equal(take(&s, "{\"StatusCode\":-999,\"Data\":null}"), ERR_QR_REFUSED);
	s.wish.step = 0;
	assert_text(ask(&s).url, "https://bank.example/r1/v01/device/register");
	end(&s);
}

static void kaspi_tells_how_it_goes(void **state)
{
	static const struct {
		const char *body;
		enum err err;
		bool taken, dead;
	} cases[] = {
		{"{\"StatusCode\":0,\"Data\":{\"Status\":\"QrTokenCreated\"}}", ERR_NONE, false,
			false},
		{"{\"StatusCode\":0,\"Data\":{\"Status\":\"Wait\"}}", ERR_NONE, false, false},
		{"{\"StatusCode\":0,\"Data\":{\"Status\":\"Processed\"}}", ERR_NONE, true, false},
		{"{\"StatusCode\":0,\"Data\":{\"Status\":\"Error\"}}", ERR_NONE, false, true},
		{"{\"StatusCode\":0,\"Data\":{\"Status\":\"processed\"}}", ERR_NONE, false, false},
		{"{\"StatusCode\":0,\"Data\":{}}", ERR_NONE, false, false},
		{"{\"StatusCode\":-1601,\"Data\":{\"Status\":\"Processed\"}}", ERR_QR_REFUSED,
			false, false},
		{"{\"Data\":{\"Status\":\"Processed\"}}", ERR_QR_ANSWER, false, false},
		{"Processed", ERR_QR_ANSWER, false, false},
	};
	struct peer_request r = {.method = "GET"};
	struct qr_glance g = {.ref = STR_LIT("77")};
	struct side s;

	(void)state;
	start(&s, &qr_bank_kaspi);
	assert_int_equal(qr_bank_kaspi.ask_state(&s.cx, &s.bank, &g, &r), OK);
	assert_text(r.url, "https://bank.example/r1/v01/payment/status/77");
	assert_text(header(&r, "Api-Key"), "p=1+1");
	assert_int_equal(r.body.n, 0);
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		g = (struct qr_glance){.ref = STR_LIT("77")};
		print_message("# %s\n", cases[i].body);
		err_clear(&s.cx);
		assert_int_equal(qr_bank_kaspi.take_state(&s.cx, str_of(cases[i].body), &g) == OK,
			cases[i].err == ERR_NONE);
		assert_int_equal(s.cx.err.code, cases[i].err);
		assert_int_equal(g.taken, cases[i].taken);
		assert_int_equal(g.dead, cases[i].dead);
	}
	/* A number that was none goes into no address. */
	g.ref = STR_LIT("../../remote/cancel");
	assert_int_equal(qr_bank_kaspi.ask_state(&s.cx, &s.bank, &g, &r), E_UPSTREAM);
	end(&s);
}

static void halyk_gets_access_for_each_order(void **state)
{
	struct peer_request r;
	struct side s;

	(void)state;
	start(&s, &qr_bank_halyk);
	r = ask(&s);
	assert_text(r.url, "https://login.example/token");
	assert_text(header(&r, "Content-Type"), "application/x-www-form-urlencoded");
	assert_text(r.body,
		"grant_type=client_credentials&scope=payment&client_id=saqta%20%26%20co"
		"&client_secret=p%3D1%2B1&invoiceID=100000000000007&amount=4250&currency=KZT"
		"&terminal=42");
	assert_int_equal(
		take(&s, "{\"access_token\":\"T.1-_\",\"expires_in\":\"1200\"}"), ERR_NONE);
	r = ask(&s);
	assert_text(r.url, "https://bank.example/r1/v01");
	assert_text(header(&r, "Authorization"), "Bearer T.1-_");
	assert_text(r.body,
		"{\"invoiceId\":\"100000000000007\",\"accountId\":\"03NQ-K8N1\",\"amount\":4250}");
	assert_int_equal(
		take(&s, "{\"qrCode\":\"https://developer.homebank.kz/epay?orderNumber=1\"}"),
		ERR_NONE);
	assert_text(s.wish.issued.link, "https://developer.homebank.kz/epay?orderNumber=1");
	assert_text(s.wish.issued.ref, "100000000000007");
	/* Twenty minutes, when the bank says nothing. */
	assert_int_equal(s.wish.issued.expires_at.us, s.clock.at.us + 1200 * (int64_t)SECOND);
	end(&s);
}

/* The last six digits differ for a million orders in a row, and there are always fifteen. */
static void orders_of_halyk_differ_in_six_digits(void **state)
{
	static const int64_t orders[] = {
		0, 1, 999999, 1000000, 99999999999999, 100000000000000, INT64_MAX};
	struct side s;

	(void)state;
	start(&s, &qr_bank_halyk);
	for (size_t i = 0; i < TEST_COUNT(orders); i++) {
		char want[32];

		s.wish.step = 0;
		s.wish.order = orders[i];
		snprintf(want, sizeof(want), "invoiceID=1%014" PRId64 "&",
			orders[i] % 100000000000000);
		assert_non_null(strstr(str_z(s.cx.arena, ask(&s).body), want));
	}
	end(&s);
}

/* What of an answer to the last request is not believed. */
static void answers_that_are_none(void **state)
{
	static const struct {
		bool halyk;
		const char *body;
		enum err err;
	} cases[] = {
		{false, "", ERR_QR_ANSWER},
		{false, "<html>", ERR_QR_ANSWER},
		{false, "[]", ERR_QR_ANSWER},
		{false, "{}", ERR_QR_ANSWER},
		{false, "{\"StatusCode\":\"0\",\"StatusCode\":0}", ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0.0,\"Data\":{}}", ERR_QR_ANSWER},
		{false, "{\"StatusCode\":1,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz/a\"}}",
			ERR_QR_REFUSED},
		{false, "{\"StatusCode\":0,\"Data\":{}}", ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0,\"Data\":[{\"QrToken\":\"https://qr.kaspi.kz/a\"}]}",
			ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz/\"}}",
			ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0,\"Data\":{\"QrToken\":\"javascript:alert(1)\"}}",
			ERR_QR_ANSWER},
		{false,
			"{\"StatusCode\":0,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz.example/"
			"a\"}}",
			ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz/a b\"}}",
			ERR_QR_ANSWER},
		{false, "{\"StatusCode\":0,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz/\\u0000\"}}",
			ERR_QR_ANSWER},
		{false,
			"{\"StatusCode\":0,\"Data\":{\"QrToken\":\"https://qr.kaspi.kz/"
			"\xD3\x99\"}}",
			ERR_QR_ANSWER},
		{true, "{}", ERR_QR_ANSWER},
		{true, "{\"qrCode\":\"homebank://epay?orderNumber=1\"}", ERR_QR_ANSWER},
		{true, "{\"qrCode\":{\"x\":1}}", ERR_QR_ANSWER},
	};
	struct side s;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		print_message("# %s\n", cases[i].body);
		start(&s, cases[i].halyk ? &qr_bank_halyk : &qr_bank_kaspi);
		s.wish.step = s.bank.kind->steps - 1;
		assert_int_equal(take(&s, cases[i].body), cases[i].err);
		assert_true(s.wish.step < s.bank.kind->steps);
		end(&s);
	}
	/* Longer than any code is. */
	start(&s, &qr_bank_halyk);
	s.wish.step = 1;
	struct buf b = buf_new(s.cx.arena, 70000);

	buf_z(&b, "{\"qrCode\":\"https://developer.homebank.kz/");
	for (int i = 0; i < QR_BANK_TEXT_MAX; i++)
		buf_char(&b, 'x');
	buf_z(&b, "\"}");
	assert_int_equal(take(&s, str_z(s.cx.arena, buf_view(&b))), ERR_QR_ANSWER);
	end(&s);
}

/* Clocks of two machines differ; a code must neither be born dead nor live for ever. */
static void ends_that_are_believed(void **state)
{
	static const struct {
		const char *ends;
		int64_t seconds;
	} cases[] = {
		{"2026-05-28T20:30:00Z", 200}, /* our clock stands at 20:26:40 */
		{"2026-05-29T01:30:00+05:00", 200},
		{"2026-05-29T01:30:00", 200}, /* Astana's */
		{"2026-05-29T01:30:00.5+05:00", 200},
		{"2026-05-29T01:20:00+05:00", 180}, /* over already */
		{"2027-05-29T01:20:00+05:00", 180}, /* never over */
		{"tomorrow", 180},
		{"", 180},
	};
	struct side s;

	(void)state;
	start(&s, &qr_bank_kaspi);
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct qr_issued io = {.text = STR_LIT("https://qr.kaspi.kz/a")};

		print_message("# %s\n", cases[i].ends);
		assert_int_equal(qr_bank_check(&s.cx, &s.bank, str_of(cases[i].ends), &io), OK);
		assert_int_equal((io.expires_at.us - s.clock.at.us) / SECOND, cases[i].seconds);
		assert_int_equal(s.cx.err.code, ERR_NONE);
	}
	end(&s);
}

static void keys_go_nowhere_unsealed(void **state)
{
	static const struct {
		const char *url;
		bool safe;
	} cases[] = {
		{"https://bank.example/r1", true},
		{"http://127.0.0.1:8090/kaspi", true},
		{"http://127.0.0.1", true},
		{"http://localhost/x", true},
		{"http://[::1]:8090/", true},
		{"https://", false},
		{"http://bank.example/", false},
		{"http://127.0.0.1.example/", false},
		{"http://localhost:1@bank.example/", false},
		{"https://user@bank.example/", false},
		{"https://bank.example/a b", false},
		{"https://bank.example\\x", false},
		{"https://bank.example/a@b", true},
		{"http://127.0.0.10/", false},
		{"ftp://127.0.0.1/", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++)
		if (url_is_sealed(str_of(cases[i].url)) != cases[i].safe)
			fail_msg("%s", cases[i].url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kaspi_registers_once_then_asks),
		cmocka_unit_test(kaspi_tells_how_it_goes),
		cmocka_unit_test(halyk_gets_access_for_each_order),
		cmocka_unit_test(orders_of_halyk_differ_in_six_digits),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(ends_that_are_believed),
		cmocka_unit_test(keys_go_nowhere_unsealed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
