/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gateway/peer against a server process of its own (support/peer_server.py), which answers, is
 * slow, breaks off, floods, refuses, and speaks TLS. That process sets http_proxy to nobody: a
 * client that listened to the environment would reach nothing.
 */
#include "gateway/peer.h"

#include "support/test.h"

#include "limits.h"

enum { BODY_MAX = 4000, CONNECT_MS = 1000, TOTAL_MS = 1500 };

struct side {
	struct ctx cx;
	struct peer *peer;
};

static const char *from_env(const char *name)
{
	const char *value = getenv(name);

	assert_non_null(value);
	return value;
}

static const char *file_of(struct ctx *cx, const char *name)
{
	struct buf b = buf_new(cx->arena, 1000);

	buf_fmt(&b, "%s/%s", from_env("PEER_DIR"), name);
	return str_z(cx->arena, buf_view(&b));
}

static struct side side_new(struct peer_settings s)
{
	struct side out = {.cx = {.arena = arena_new(LIMIT_ARENA_BYTES), .clock = clock_system()}};

	s.connect_ms = CONNECT_MS;
	s.total_ms = TOTAL_MS;
	s.body_max = BODY_MAX;
	if (s.ca_file)
		s.ca_file = file_of(&out.cx, s.ca_file);
	if (s.cert_file)
		s.cert_file = file_of(&out.cx, s.cert_file);
	out.peer = peer_new(&s);
	return out;
}

static void side_end(struct side *s)
{
	peer_free(s->peer);
	arena_free(s->cx.arena);
}

static struct str at(struct side *s, const char *base, const char *path)
{
	struct buf b = buf_new(s->cx.arena, 1000);

	buf_fmt(&b, "%s%s", from_env(base), path);
	return buf_view(&b);
}

static enum err get(struct side *s, const char *base, const char *path, struct peer_answer *out)
{
	const struct peer_request r = {.method = "GET", .url = at(s, base, path)};
	enum st st;

	err_clear(&s->cx);
	st = peer_call(&s->cx, s->peer, &r, out);
	assert_int_equal(st, err_info(s->cx.err.code)->class);
	assert_int_equal(st, out->st);
	return s->cx.err.code;
}

static void post_arrives_whole(void **state)
{
	struct side s = side_new((struct peer_settings){0});
	const struct peer_header headers[] = {
		{STR_LIT("X-Request-ID"), STR_LIT("42")}, {STR_LIT("X-Empty"), STR_LIT("")}};
	const struct peer_request r = {.method = "POST",
		.url = at(&s, "PEER_HTTP", "/echo"),
		.headers = headers,
		.header_count = 2,
		.body = STR_LIT("{\"a\":\"\xD3\x99\"}")};
	struct peer_answer a;

	(void)state;
	assert_int_equal(peer_call(&s.cx, s.peer, &r, &a), OK);
	assert_int_equal(a.status, 200);
	assert_true(a.sent && a.took_us > 0);
	assert_text(peer_header_find(&a, "x-seen"), "yes");
	assert_int_equal(peer_header_find(&a, "x-other").n, 0);
	a.body = str_copy(s.cx.arena, a.body);
	assert_true(str_starts(a.body, "POST\n"));
	assert_non_null(strstr(a.body.p, "\nX-Request-ID: 42\n"));
	assert_non_null(strstr(a.body.p, "\nX-Empty:"));
	assert_null(strstr(a.body.p, "Expect"));
	assert_non_null(strstr(a.body.p, "\n\n{\"a\":\"\xD3\x99\"}"));
	side_end(&s);
}

static void methods_and_statuses(void **state)
{
	static const struct {
		const char *method, *path, *starts;
		int status;
	} cases[] = {
		{"GET", "/echo", "GET\n", 200},
		{"HEAD", "/echo", "", 200},
		{"PUT", "/echo", "PUT\n", 200},
		{"DELETE", "/echo", "DELETE\n", 200},
		{"GET", "/status/404", "told", 404},
		{"POST", "/status/503", "told", 503},
		{"GET", "/moved", "", 302},
		{"GET", "/twice", "late", 200},
	};
	struct side s = side_new((struct peer_settings){0});
	struct peer_answer a;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		const struct peer_request r = {
			.method = cases[i].method, .url = at(&s, "PEER_HTTP", cases[i].path)};

		print_message("# %s %s\n", cases[i].method, cases[i].path);
		assert_int_equal(peer_call(&s.cx, s.peer, &r, &a), OK);
		assert_int_equal(a.status, cases[i].status);
		assert_true(str_starts(a.body, cases[i].starts));
		assert_int_equal(peer_header_find(&a, "x-early").n, 0);
	}
	side_end(&s);
}

static void what_goes_wrong_has_a_name_and_an_end(void **state)
{
	static const struct {
		const char *base, *path;
		enum err err;
		bool sent;
	} cases[] = {
		{"PEER_REFUSED", "/", ERR_PEER_UNREACHABLE, false},
		{"PEER_HTTP", "/slow", ERR_PEER_TIMEOUT, true},
		{"PEER_HTTP", "/drip", ERR_PEER_TIMEOUT, true},
		{"PEER_HTTP", "/cut", ERR_PEER_CUT, true},
		{"PEER_HTTP", "/close", ERR_PEER_CUT, true},
		{"PEER_HTTP", "/junk", ERR_PEER_CUT, true},
		{"PEER_HTTP", "/big", ERR_PEER_TOO_BIG, true},
		{"PEER_HTTP", "/heads", ERR_PEER_TOO_BIG, true},
	};
	struct side s = side_new((struct peer_settings){0});
	struct peer_answer a;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		int64_t from = s.cx.clock->monotonic_us(s.cx.clock);

		print_message("# %s%s\n", cases[i].base, cases[i].path);
		assert_int_equal(get(&s, cases[i].base, cases[i].path, &a), cases[i].err);
		assert_int_equal(a.sent, cases[i].sent);
		assert_true(a.body.n <= BODY_MAX);
		assert_true(s.cx.clock->monotonic_us(s.cx.clock) - from < (TOTAL_MS + 1000) * 1000);
		assert_null(strstr(s.cx.err.detail, "127.0.0.1"));
	}
	/* After all that the same client still works. */
	assert_int_equal(get(&s, "PEER_HTTP", "/echo", &a), ERR_NONE);
	side_end(&s);
}

static void addresses_that_are_none(void **state)
{
	static const struct {
		const char *method, *url, *name, *value;
	} cases[] = {
		{"GET", "file:///etc/passwd", "X", ""},
		{"GET", "ftp://127.0.0.1/", "X", ""},
		{"GET", "//127.0.0.1/", "X", ""},
		{"GET", "", "X", ""},
		{"GET", "http://", "X", ""},
		{"GET", "http://user:word@127.0.0.1/", "X", ""},
		{"GET", "http://127.0.0.1/\r\nX: 1", "X", ""},
		{"GET", "http://127.0.0.1:99999/", "X", ""},
		{"GE T", "http://127.0.0.1/", "X", ""},
		{"", "http://127.0.0.1/", "X", ""},
		{"GET", "http://127.0.0.1/", "X Y", ""},
		{"GET", "http://127.0.0.1/", "", ""},
		{"GET", "http://127.0.0.1/", "X", "1\r\nY: 2"},
	};
	struct side s = side_new((struct peer_settings){0});
	struct peer_answer a;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		const struct peer_header h = {str_of(cases[i].name), str_of(cases[i].value)};
		const struct peer_request r = {.method = cases[i].method,
			.url = str_of(cases[i].url),
			.headers = &h,
			.header_count = 1};

		print_message("# case %zu\n", i);
		assert_int_equal(peer_call(&s.cx, s.peer, &r, &a), E_INPUT);
		assert_int_equal(s.cx.err.code, ERR_PEER_ADDRESS);
		assert_false(a.sent);
	}
	side_end(&s);
}

static void certificates_are_checked(void **state)
{
	static const struct {
		const char *base, *ca, *cert;
		bool good;
	} cases[] = {
		{"PEER_TLS", "ca.pem", NULL, true},
		{"PEER_TLS", "other.pem", NULL, false},
		{"PEER_TLS", NULL, NULL, false}, /* the machine trusts others */
		{"PEER_MTLS", "ca.pem", "client.pem", true},
		{"PEER_MTLS", "ca.pem", NULL, false},
		{"PEER_TLS", "absent.pem", NULL, false},
		{"PEER_MTLS", "ca.pem", "absent.pem", false},
	};
	struct peer_answer a;

	(void)state;
	for (size_t i = 0; i < TEST_COUNT(cases); i++) {
		struct side s = side_new(
			(struct peer_settings){.ca_file = cases[i].ca, .cert_file = cases[i].cert});
		enum err err = get(&s, cases[i].base, "/echo", &a);

		print_message("# case %zu: %s\n", i, s.cx.err.detail);
		assert_int_equal(err == ERR_NONE, cases[i].good);
		/* TLS 1.3 tells that our certificate is missing only after we have spoken. */
		if (!cases[i].good && strcmp(cases[i].base, "PEER_TLS") == 0) {
			assert_int_equal(err, ERR_PEER_TLS);
			assert_false(a.sent);
		}
		side_end(&s);
	}
}

static void many_at_once_share_one_deadline(void **state)
{
	struct side s = side_new((struct peer_settings){0});
	struct peer_request r[LIMIT_PEER_CALLS];
	struct peer_answer a[LIMIT_PEER_CALLS];
	int64_t from = s.cx.clock->monotonic_us(s.cx.clock);

	(void)state;
	for (size_t i = 0; i < LIMIT_PEER_CALLS; i++)
		r[i] = (struct peer_request){.method = "GET",
			.url = i == 3 ? STR_LIT("gopher://x/")
				      : at(&s, "PEER_HTTP", i % 2 ? "/echo" : "/slow")};
	peer_call_all(&s.cx, s.peer, r, LIMIT_PEER_CALLS, a);
	assert_int_equal(s.cx.err.code, ERR_NONE);
	for (size_t i = 0; i < LIMIT_PEER_CALLS; i++)
		assert_int_equal(a[i].err.code, i == 3  ? ERR_PEER_ADDRESS
						: i % 2 ? ERR_NONE
							: ERR_PEER_TIMEOUT);
	assert_true(s.cx.clock->monotonic_us(s.cx.clock) - from < (TOTAL_MS + 1000) * 1000);
	peer_call_all(&s.cx, s.peer, r, 0, a);
	side_end(&s);
}

static uint64_t posts_so_far(struct side *s)
{
	struct peer_answer a;
	uint64_t n;

	assert_int_equal(get(s, "PEER_HTTP", "/count", &a), ERR_NONE);
	assert_true(str_to_u64(a.body, 1000000, &n));
	return n;
}

/* The server closes the kept connection under the POST: that must not make two of it. */
static void what_changes_something_is_sent_once(void **state)
{
	struct side s = side_new((struct peer_settings){0});
	struct peer_request r = {.method = "POST", .body = STR_LIT("pay")};
	struct peer_answer a;
	uint64_t before;

	(void)state;
	before = posts_so_far(&s);
	assert_int_equal(get(&s, "PEER_HTTP", "/once", &a), ERR_NONE);
	r.url = at(&s, "PEER_HTTP", "/close");
	assert_int_equal(peer_call(&s.cx, s.peer, &r, &a), E_UPSTREAM);
	assert_int_equal(s.cx.err.code, ERR_PEER_CUT);
	assert_true(a.sent);
	assert_int_equal(posts_so_far(&s) - before, 1);
	side_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(post_arrives_whole),
		cmocka_unit_test(methods_and_statuses),
		cmocka_unit_test(what_goes_wrong_has_a_name_and_an_end),
		cmocka_unit_test(addresses_that_are_none),
		cmocka_unit_test(certificates_are_checked),
		cmocka_unit_test(many_at_once_share_one_deadline),
		cmocka_unit_test(what_changes_something_is_sent_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
