/* SPDX-License-Identifier: Apache-2.0 */
/* The pure readers: head, chunks, route table. Whole requests are rows of contract/http_raw.tsv. */
#include "support/test.h"

#include "channels/http/chunks.h"
#include "channels/http/head.h"
#include "channels/http/route.h"
#include "limits.h"

static void test_head(void **state)
{
	static const char text[] = "POST http://saqta.example:8443/kk/status?a=%41 HTTP/1.1\r\n"
				   "Host: other\r\nX-A: \t b c \t\r\nContent-Length: 12\r\n"
				   "Expect: 100-continue\r\nConnection: close\r\n\r\nbody";
	struct head h;
	size_t scanned = 0;

	(void)state;
	assert_int_equal(head_read(STR_LIT(text), &scanned, &h), HEAD_DONE);
	assert_int_equal(h.method, HTTP_POST);
	assert_text(h.path, "/kk/status");
	assert_text(h.query, "a=%41");
	/* RFC 9112 3.2.2: the authority of the target stands above the field. */
	assert_text(h.host, "saqta.example:8443");
	assert_int_equal(h.field_count, 5);
	assert_text(h.fields[1].name, "X-A");
	assert_text(h.fields[1].value, "b c");
	assert_int_equal(h.length, 12);
	assert_int_equal(h.bytes, sizeof(text) - 1 - 4);
	assert_true(h.expects_continue && !h.keep_alive && !h.chunked && !h.http_1_0);
}

static void test_head_refusals(void **state)
{
	static const struct {
		const char *text;
		enum head_result result;
		enum err error;
	} rows[] = {
		{"GET / HTTP/1.1\r\nHost: a\r\n", HEAD_MORE, ERR_NONE},
		{"GET / HTTP/1.1\r\nHost: a\r\n\r", HEAD_MORE, ERR_NONE},
		{"\r\nGET / HTTP/1.0\r\n\r\n", HEAD_DONE, ERR_NONE},
		/* RFC 9112 2.2: a bare line feed; 5.1: space before the colon; 5.2: folding. */
		{"GET / HTTP/1.1\nHost: a\n\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"GET / HTTP/1.1\r\nHost : a\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		/* 3.2: no Host, two, a bad one. */
		{"GET / HTTP/1.1\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		/* 6.3: both lengths, a sign, a list. */
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
		 "Transfer-Encoding: chunked\r\n\r\n",
			HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", HEAD_BAD,
			ERR_REQUEST_SYNTAX},
		{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", HEAD_BAD,
			ERR_REQUEST_SYNTAX},
		/* 6.1: codings that we do not know, chunked not last. */
		{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", HEAD_BAD,
			ERR_TRANSFER_CODING},
		{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", HEAD_BAD,
			ERR_REQUEST_SYNTAX},
		{"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_BAD, ERR_METHOD_UNKNOWN},
		{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", HEAD_BAD, ERR_HTTP_VERSION},
		{"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_BAD, ERR_REQUEST_SYNTAX},
		{"GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", HEAD_BAD, ERR_EXPECTATION},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct head h;
		size_t scanned = 0;

		if (head_read(str_of(rows[i].text), &scanned, &h) != rows[i].result ||
			h.error != rows[i].error)
			fail_msg("row %zu: %s", i, rows[i].text);
	}
}

static void test_head_limits(void **state)
{
	static char text[LIMIT_HEADER_BYTES + 100];
	struct head h;
	size_t scanned = 0;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	assert_int_equal(head_read((struct str){text, sizeof(text)}, &scanned, &h), HEAD_BAD);
	assert_int_equal(h.error, ERR_TARGET_TOO_LONG);
	memcpy(text, "GET / HTTP/1.1\r\n", 16);
	scanned = 0;
	assert_int_equal(head_read((struct str){text, sizeof(text)}, &scanned, &h), HEAD_BAD);
	assert_int_equal(h.error, ERR_HEADER_TOO_BIG);
	scanned = 0;
	assert_int_equal(head_read((struct str){text, 200}, &scanned, &h), HEAD_MORE);
	assert_int_equal(scanned, 200);
}

static void test_chunks(void **state)
{
	static const struct {
		const char *text;
		enum chunks_result end;
		const char *body, *rest;
	} rows[] = {
		{"5\r\nhello\r\n0\r\n\r\nNEXT", CHUNKS_DONE, "hello", "NEXT"},
		{"3;a=b;c=\"d;e\"\r\nabc\r\n0002\r\nde\r\n0\r\nX: y\r\n\r\n", CHUNKS_DONE, "abcde",
			""},
		{"a\r\n01234", CHUNKS_MORE, "01234", ""},
		{"5\r\nhello\r", CHUNKS_MORE, "hello", "\r"},
		{"5\nhello", CHUNKS_BAD, "", "5\nhello"},
		{"5 \r\nhello", CHUNKS_BAD, "", "hello"},
		{"+5\r\nhello", CHUNKS_BAD, "", "hello"},
		{"0x5\r\nhello", CHUNKS_BAD, "", "hello"},
		{"5\r\nhelloX", CHUNKS_BAD, "hello", "X"},
		{"1000000000000000\r\n", CHUNKS_BAD, "", ""},
		{"0\r\nX : y\r\n\r\n", CHUNKS_BAD, "", "\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct chunks c = {0};
		struct str in = str_of(rows[i].text), data = {0};
		char body[64];
		size_t n = 0;
		enum chunks_result r;

		while ((r = chunks_read(&c, &in, &data)) == CHUNKS_DATA) {
			memcpy(body + n, data.p, data.n);
			n += data.n;
		}
		if (r != rows[i].end)
			fail_msg("row %zu: %s", i, rows[i].text);
		assert_text(((struct str){body, n}), rows[i].body);
		assert_text(in, rows[i].rest);
		assert_int_equal(c.error, r == CHUNKS_BAD ? ERR_REQUEST_SYNTAX : ERR_NONE);
	}
}

static void test_chunks_overhead(void **state)
{
	struct chunks c = {0};
	size_t body = 0;
	enum chunks_result r = CHUNKS_MORE;

	(void)state;
	/* A body of single bytes costs more in sizes than in bytes: it ends at 64 KiB of those. */
	for (int i = 0; i < 100000 && r != CHUNKS_BAD; i++) {
		struct str in = STR_LIT("1\r\nx\r\n"), data = {0};

		while ((r = chunks_read(&c, &in, &data)) == CHUNKS_DATA)
			body += data.n;
	}
	assert_int_equal(r, CHUNKS_BAD);
	assert_int_equal(c.error, ERR_HEADER_TOO_BIG);
	assert_in_range(body, 10000, 20000);
}

static const struct route table[] = {
	{.method = HTTP_GET, .path = "/"},
	{.method = HTTP_GET, .path = "/{lang}/"},
	{.method = HTTP_POST, .path = "/{lang}/status"},
	{.method = HTTP_GET, .path = "/{lang}/s/{token}/why/{month}"},
	{.method = HTTP_GET, .path = "/frame"},
	{.method = HTTP_POST, .path = "/frame"},
};

static void test_routes(void **state)
{
	static const struct {
		enum http_method method;
		const char *path;
		int row; /* -1 = none */
		bool known;
		unsigned allowed;
	} rows[] = {
		{HTTP_GET, "/", 0, true, 1U << HTTP_GET},
		{HTTP_HEAD, "/", 0, true, 1U << HTTP_GET},
		{HTTP_GET, "/kk/", 1, true, 1U << HTTP_GET},
		{HTTP_GET, "/kk", -1, false, 0},
		{HTTP_GET, "/de/", -1, false, 0},
		{HTTP_GET, "/KK/", -1, false, 0},
		{HTTP_POST, "/ru/status", 2, true, 1U << HTTP_POST},
		{HTTP_GET, "/ru/status", -1, true, 1U << HTTP_POST},
		{HTTP_GET, "/ru/status/", -1, false, 0},
		{HTTP_GET, "/en/s/tok/why/2026-05", 3, true, 1U << HTTP_GET},
		{HTTP_GET, "/en/s//why/2026-05", -1, false, 0},
		{HTTP_GET, "//", -1, false, 0},
		{HTTP_GET, "", -1, false, 0},
		{HTTP_POST, "/frame", 5, true, 1U << HTTP_GET | 1U << HTTP_POST},
	};

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(rows); i++) {
		struct route_match m =
			route_find(table, TEST_COUNT(table), rows[i].method, str_of(rows[i].path));

		if (m.route != (rows[i].row < 0 ? NULL : &table[rows[i].row]) ||
			m.path_known != rows[i].known || m.allowed != rows[i].allowed)
			fail_msg("row %zu: %s", i, rows[i].path);
	}
}

static void test_route_parameters(void **state)
{
	struct route_match m =
		route_find(table, TEST_COUNT(table), HTTP_GET, STR_LIT("/en/s/tok/why/2026-05"));

	(void)state;
	assert_text(m.params[route_param_index(m.route, "lang")], "en");
	assert_text(m.params[route_param_index(m.route, "token")], "tok");
	assert_text(m.params[route_param_index(m.route, "month")], "2026-05");
	assert_int_equal(route_param_index(m.route, "mont"), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_head_refusals),
		cmocka_unit_test(test_head_limits),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_chunks_overhead),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_route_parameters),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
