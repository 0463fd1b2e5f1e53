/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed tokens, limits per client and person. */
#include "support/test.h"

#include "channels/http/throttle.h"
#include "channels/http/token.h"
#include "limits.h"

static const int64_t start_us = 1795305600000000; /* 2026-11-22T00:00Z */
static struct arena *arena;
static struct clock_fixed hands;
static struct ctx cx;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void at_second(int64_t seconds)
{
	hands = clock_fixed_at((struct instant){start_us + seconds * 1000000});
	cx = (struct ctx){.arena = arena, .clock = &hands.clock};
}

static struct iin iin_of(const char *digits)
{
	struct iin iin;

	memcpy(iin.d, digits, IIN_DIGITS);
	return iin;
}

static const struct token_key key = {{1, 2, 3}}, other_key = {{1, 2, 4}};

static struct str sealed(void)
{
	struct buf b = buf_new(arena, TOKEN_TEXT);
	const struct token t = {.iin = iin_of("880229399105"),
		.on = day_of(2026, 11, 22),
		.known = {-5},
		.issued = {start_us}};

	token_seal(&b, &key, &t);
	return buf_view(&b);
}

static void assert_closed(const struct token_key *with, struct str text)
{
	struct token got;

	err_clear(&cx);
	assert_int_equal(token_open(&cx, with, text, &got), E_ABSENT);
	assert_int_equal(cx.err.code, ERR_TOKEN_EXPIRED);
}

static void test_token(void **state)
{
	struct str text = sealed();
	struct token got;

	(void)state;
	at_second(0);
	assert_int_equal(text.n, TOKEN_TEXT);
	for (size_t i = 0; i < text.n; i++)
		assert_true(text.p[i] == '-' || text.p[i] == '_' ||
			    (text.p[i] >= '0' && text.p[i] <= '9') ||
			    ((text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z'));
	assert_int_equal(token_open(&cx, &key, text, &got), OK);
	assert_text(iin_digits(&got.iin), "880229399105");
	assert_int_equal(got.on.n, day_of(2026, 11, 22).n);
	assert_int_equal(got.known.n, -5);
	assert_int_equal(got.issued.us, start_us);
	/* The same question never looks the same twice. */
	assert_false(str_eq(sealed(), text));
	assert_closed(&other_key, text);
}

static void test_token_tampered(void **state)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	struct str text = sealed();

	(void)state;
	at_second(0);
	for (size_t i = 0; i < TOKEN_TEXT; i++) {
		char changed[TOKEN_TEXT];

		memcpy(changed, text.p, TOKEN_TEXT);
		for (const char *c = letters; *c; c++) {
			changed[i] = *c;
			if (*c != text.p[i])
				assert_closed(&key, (struct str){changed, TOKEN_TEXT});
		}
		for (int c = 0; c < 256; c++) {
			changed[i] = (char)c;
			if (!c || !strchr(letters, c))
				assert_closed(&key, (struct str){changed, TOKEN_TEXT});
		}
		assert_closed(&key, (struct str){text.p, i});
	}
	assert_closed(&key, (struct str){0});
}

static void test_token_age(void **state)
{
	static const struct {
		int64_t second;
		bool open;
	} rows[] = {
		{0, true}, {600, true}, {601, false}, {-60, true}, {-61, false}, {86400, false}};
	struct str text = sealed();

	(void)state;
	assert_int_equal(LIMIT_TOKEN_SECONDS, 600);
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct token got;

		at_second(rows[i].second);
		if ((token_open(&cx, &key, text, &got) == OK) != rows[i].open)
			fail_msg("at second %" PRId64, rows[i].second);
	}
}

static struct site site_new(void)
{
	struct site site = {.settings = site_settings_default()};

	site.throttle = arena_alloc(arena, throttle_bytes());
	memset((void *)site.throttle, 0, throttle_bytes());
	throttle_start(site.throttle);
	return site;
}

/* One look-up: 0, or the seconds to wait. */
static size_t ask(const struct site *site, const char *address, const char *digits)
{
	struct iin iin = iin_of(digits);
	struct peer peer;
	enum st st;

	assert_true(peer_parse(str_of(address), &peer));
	err_clear(&cx);
	st = throttle_lookup(&cx, site, &peer, &iin);
	if (st == OK)
		return 0;
	assert_int_equal(cx.err.code, ERR_RATE_LIMIT);
	return cx.err.line;
}

static void test_client(void **state)
{
	static const struct {
		const char *first, *near, *far;
	} rows[] = {
		{"192.0.2.1", "192.0.2.254", "192.0.3.1"},
		{"2001:db8:0:1::1", "2001:db8:0:1:ffff::9", "2001:db8:0:2::1"},
	};

	(void)state;
	for (size_t r = 0; r < TEST_COUNT(rows); r++) {
		struct site site = site_new();

		at_second(0);
		for (int i = 0; i < 5; i++)
			assert_int_equal(ask(&site, rows[r].first, "880229399105"), 0);
		assert_int_equal(ask(&site, rows[r].near, "920229499101"), 600);
		assert_int_equal(ask(&site, rows[r].far, "880229399105"), 0);
		at_second(599);
		assert_int_equal(ask(&site, rows[r].first, "880229399105"), 1);
		at_second(600);
		assert_int_equal(ask(&site, rows[r].first, "880229399105"), 0);
	}
}

static void test_days(void **state)
{
	struct site site = site_new();
	size_t allowed = 0;

	(void)state;
	/* 5 in each of the 144 windows of a day, but no more than 50. Persons differ. */
	for (int64_t t = 0; t < 86400; t += 60) {
		char digits[16];

		at_second(t);
		snprintf(digits, sizeof(digits), "88022939%04d", (int)(t / 60));
		allowed += ask(&site, "192.0.2.1", digits) == 0;
	}
	assert_int_equal(allowed, 50);
	at_second(86400);
	assert_int_equal(ask(&site, "192.0.2.1", "880229399105"), 0);
}

static void test_person(void **state)
{
	struct site site = site_new();
	char address[32];

	(void)state;
	at_second(3600);
	for (int i = 0; i < 25; i++) {
		snprintf(address, sizeof(address), "198.51.%d.7", i);
		assert_int_equal(ask(&site, address, "880229399105"), i < 20 ? 0 : 82800);
	}
	assert_int_equal(ask(&site, "198.51.100.7", "920229499101"), 0);
	at_second(86400);
	assert_int_equal(ask(&site, "198.51.101.7", "880229399105"), 0);
}

static void test_loopback(void **state)
{
	static const char *const own[] = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"};
	struct site site = site_new();

	(void)state;
	at_second(0);
	assert_true(site.settings.loopback_free);
	for (size_t a = 0; a < TEST_COUNT(own); a++)
		for (int i = 0; i < 60; i++)
			assert_int_equal(ask(&site, own[a], "880229399105"), 0);
	site.settings.loopback_free = false;
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(&site, "127.0.0.1", "880229399105"), 0);
	assert_int_equal(ask(&site, "127.0.0.1", "880229399105"), 600);
}

static void test_pages(void **state)
{
	struct site site = site_new();
	struct peer peer;

	(void)state;
	at_second(0);
	assert_true(peer_parse(STR_LIT("192.0.2.1"), &peer));
	for (int i = 0; i < 600; i++)
		assert_int_equal(throttle_page(&cx, &site, &peer), OK);
	assert_int_equal(throttle_page(&cx, &site, &peer), E_LIMIT);
	assert_int_equal(cx.err.line, 60);
	/* Pages and look-ups are counted apart. */
	assert_int_equal(ask(&site, "192.0.2.1", "880229399105"), 0);
	site.settings.client_pages = (struct rate_limit){0, 0};
	assert_int_equal(throttle_page(&cx, &site, &peer), OK);
}

static void test_flood(void **state)
{
	struct site site = site_new();
	const struct rate_limit once = {1, 600};

	(void)state;
	/* More keys than the table holds: a new key is never refused for the others' sake. */
	for (uint32_t i = 0; i < 300000; i++) {
		struct str k = {(const char *)&i, sizeof(i)};

		assert_int_equal(throttle_count(site.throttle, once, k, 1000), 0);
	}
}

static void test_addresses(void **state)
{
	static const char *const bad[] = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "[::1]",
		"::1:2:3::", "1.2.3.4:80", "localhost", "fe80::1%eth0",
		"11111111111111111111111111111111111111111111111111111111111111111111"};
	struct peer peer;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(bad); i++)
		if (peer_parse(str_of(bad[i]), &peer))
			fail_msg("%s is no address", bad[i]);
	assert_true(peer_parse(STR_LIT("::ffff:192.0.2.1"), &peer) && peer.is_v4 && !peer.loopback);
	assert_true(peer_parse(STR_LIT("2001:db8::1"), &peer) && !peer.is_v4 && !peer.loopback);
}

static void test_public_url(void **state)
{
	static const struct {
		const char *url, *origin; /* NULL: refused */
	} rows[] = {
		{"", ""},
		{"https://saqta.example", "https://saqta.example"},
		{"https://saqta.example/", "https://saqta.example"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://[::1]:8080", "http://[::1]:8080"},
		{"https://saqta.example/a", NULL},
		{"https://saqta.example//", NULL},
		{"https://*.example", NULL},
		{"https://", NULL},
		{"https:///", NULL},
		{"/", NULL},
		{"saqta.example", NULL},
		{"ftp://saqta.example", NULL},
		{"https://a\"><script>", NULL},
	};

	(void)state;
	at_second(0);
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct site site = {0};
		enum st st = site_set_public_url(&cx, &site, str_of(rows[i].url));

		assert_int_equal(st, rows[i].origin ? OK : E_INPUT);
		if (st == OK)
			assert_text(site.settings.public_url, rows[i].origin);
		else
			assert_string_equal(cx.err.field, "public-url");
		err_clear(&cx);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_token, setup, teardown),
		cmocka_unit_test_setup_teardown(test_token_tampered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_token_age, setup, teardown),
		cmocka_unit_test_setup_teardown(test_client, setup, teardown),
		cmocka_unit_test_setup_teardown(test_days, setup, teardown),
		cmocka_unit_test_setup_teardown(test_person, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loopback, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_public_url, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
