/* SPDX-License-Identifier: Apache-2.0 */
/* What is negotiated with the client: language, coding, what it has already. */
#include "support/test.h"

#include "channels/http/reply.h"
#include "channels/http/reply_parts.h"
#include "channels/http/route.h"

static struct arena *arena;
static struct ctx cx;
static struct call call;
static struct http_field field[2];

static int setup(void **state)
{
	(void)state;
	arena = arena_new(8 << 20);
	cx = (struct ctx){.arena = arena, .clock = clock_system()};
	call = (struct call){.cx = &cx};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct request with(const char *name, const char *value)
{
	field[0] = (struct http_field){str_of(name), str_of(value)};
	return (struct request){
		.call = &call, .path = STR_LIT("/"), .fields = field, .field_count = 1};
}

static void test_coding(void **state)
{
	/* RFC 9110 12.5.3 */
	static const struct {
		const char *value;
		bool br, gzip;
	} rows[] = {
		{"", false, false},
		{"gzip", false, true},
		{"GZIP, br", true, true},
		{"br;q=0, *", false, true},
		{"*;q=0, gzip;q=0.001", false, true},
		{"gzip;q=0.000", false, false},
		{"gzip ; q=1.0", false, true},
		{"gzipped", false, false},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct request rq = with("Accept-Encoding", rows[i].value);

		if (request_accepts_coding(&rq, "br") != rows[i].br ||
			request_accepts_coding(&rq, "gzip") != rows[i].gzip)
			fail_msg("%s", rows[i].value);
	}
}

static void test_language(void **state)
{
	static const struct {
		const char *name, *value;
		enum lang lang;
	} rows[] = {
		{"Accept-Language", "", LANG_KK},
		{"Accept-Language", "de", LANG_KK},
		{"Accept-Language", "de, ru;q=0.5, en;q=0.7", LANG_EN},
		{"Accept-Language", "ru-RU,ru;q=0.9", LANG_RU},
		{"accept-language", "EN", LANG_EN},
		{"Accept-Language", "ru;q=0", LANG_KK},
		{"Cookie", "a=b; lang=ru", LANG_RU},
		{"Cookie", "slang=ru", LANG_KK},
		{"Cookie", "lang=de", LANG_KK},
	};
	static const struct route route = {.path = "/{lang}/"};
	struct request rq;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		rq = with(rows[i].name, rows[i].value);
		if (request_lang(&rq) != rows[i].lang)
			fail_msg("%s: %s", rows[i].name, rows[i].value);
	}
	/* The address stands above the cookie, the cookie above the browser. */
	rq = with("Cookie", "lang=ru");
	field[1] = (struct http_field){STR_LIT("Accept-Language"), STR_LIT("en")};
	rq.field_count = 2;
	assert_int_equal(request_lang(&rq), LANG_RU);
	rq.route = &route;
	rq.params[0] = STR_LIT("kk");
	assert_int_equal(request_lang(&rq), LANG_KK);
}

static void test_file(void **state)
{
	static const struct reply_file file = {
		.name = {"a.css", 5},
		.media_type = "text/css",
		.plain = {"plain", 5},
		.br = {"br", 2},
		.gzip = {"gzip", 4},
		.etag = "\"abc\"",
		.cache = REPLY_FOREVER,
	};
	static const struct {
		const char *name, *value;
		int status;
		const char *body;
	} rows[] = {
		{"Accept-Encoding", "gzip, br", 200, "br"},
		{"Accept-Encoding", "gzip", 200, "gzip"},
		{"Accept-Encoding", "identity", 200, "plain"},
		{"If-None-Match", "\"abc\"", 304, ""},
		{"If-None-Match", "\"x\", W/\"abc\"", 304, ""},
		{"If-None-Match", "*", 304, ""},
		{"If-None-Match", "\"abcd\"", 200, "plain"},
		{"If-None-Match", "abc", 200, "plain"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct request rq = with(rows[i].name, rows[i].value);
		struct reply *r = reply_file(&rq, &file);

		assert_int_equal(reply_status(r), rows[i].status);
		assert_text(reply_body(r), rows[i].body);
		assert_true(r->vary_coding);
	}
}

static void test_page(void **state)
{
	static char html[5000];
	struct request rq = with("Accept-Encoding", "gzip");
	struct reply *r;

	(void)state;
	memset(html, 'a', sizeof(html));
	r = reply_page(&rq, 200, (struct str){html, sizeof(html)}, REPLY_FRESH);
	assert_true(r->coding && reply_body(r).n < 200);
	/* A person's page keeps its size to itself. */
	r = reply_page(&rq, 200, (struct str){html, sizeof(html)}, REPLY_PERSONAL);
	assert_true(!r->coding && reply_body(r).n == sizeof(html));
	r = reply_page(&rq, 200, (struct str){html, 100}, REPLY_FRESH);
	assert_true(!r->coding && reply_body(r).n == 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_coding, setup, teardown),
		cmocka_unit_test_setup_teardown(test_language, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_page, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
