/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/peer.h"

#include <curl/curl.h>

#include "base/check.h"
#include "base/heap.h"
#include "limits.h"

enum { WAIT_MS = 1000, ASCII_CASE = 'a' - 'A' };

struct peer {
	struct peer_settings settings;
	CURLM *multi;
};

/* One request on its way. */
struct flight {
	struct ctx *cx;
	CURL *easy;
	struct curl_slist *headers;
	struct peer_answer *out;
	struct buf body;
	size_t header_bytes, header_cap;
	bool too_big;
};

struct peer *peer_new(const struct peer_settings *settings)
{
	struct peer *p = heap_item(sizeof(*p));

	must(settings->connect_ms > 0 && settings->total_ms > 0 && settings->body_max > 0);
	p->settings = *settings;
	p->multi = curl_multi_init();
	must(p->multi);
	must(curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, (long)LIMIT_PEER_CALLS) == CURLM_OK);
	return p;
}

void peer_free(struct peer *p)
{
	if (!p)
		return;
	curl_multi_cleanup(p->multi);
	heap_free_item(p);
}

/* ---- What is sent ---------------------------------------------------------------------------- */

/* Letters, digits and '-': what a name of a header or a method is made of, and no line break. */
static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return s.n > 0;
}

static bool is_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
			return false;
	return true;
}

static ST check_request(struct ctx *cx, const struct peer_request *r)
{
	if (!is_token(str_of(r->method)))
		return fail(cx, PEER_ADDRESS, "%s", "method");
	if ((!str_starts(r->url, "http://") && !str_starts(r->url, "https://")) || !is_line(r->url))
		return fail(cx, PEER_ADDRESS, "%s", "address");
	for (size_t i = 0; i < r->header_count; i++)
		if (!is_token(r->headers[i].name) || !is_line(r->headers[i].value))
			return fail(cx, PEER_ADDRESS, "%s", "header");
	return OK;
}

static void put_header(struct flight *f, const char *line)
{
	struct curl_slist *longer = curl_slist_append(f->headers, line);

	must(longer);
	f->headers = longer;
}

static void put_headers(struct flight *f, const struct peer_request *r)
{
	/* No "Expect: 100-continue": half of the servers out there never answer it. */
	put_header(f, "Expect:");
	for (size_t i = 0; i < r->header_count; i++) {
		const struct peer_header *h = &r->headers[i];
		struct buf line = buf_new(f->cx->arena, h->name.n + h->value.n + 3);

		buf_str(&line, h->name);
		/* With ':' and nothing behind it libcurl would leave the header out. */
		buf_z(&line, h->value.n ? ": " : ";");
		buf_str(&line, h->value);
		put_header(f, str_z(f->cx->arena, buf_view(&line)));
	}
}

/* ---- What comes back ------------------------------------------------------------------------- */

/* libcurl calls these; returning less than it brought ends the transfer. */
static size_t take_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct flight *f = arg;

	(void)one; /* always 1 */
	buf_put(&f->body, bytes, n);
	f->too_big = f->too_big || f->body.over;
	return f->body.over ? 0 : n;
}

static struct str small_letters(struct arena *a, struct str s)
{
	char *p = arena_copy(a, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + ASCII_CASE);
	return (struct str){p, s.n};
}

static size_t take_header(char *bytes, size_t one, size_t n, void *arg)
{
	struct flight *f = arg;
	struct str rest = {bytes, n}, name;
	struct peer_header *h;

	(void)one;
	f->header_bytes += n;
	f->too_big = f->too_big || f->header_bytes > LIMIT_PEER_HEAD_BYTES;
	if (f->too_big)
		return 0;
	if (str_starts(rest, "HTTP/")) { /* the one before was an interim answer */
		f->out->header_count = 0;
		return n;
	}
	name = str_cut(&rest, ':');
	if (!rest.p)
		return n;
	h = ARENA_PUSH(f->cx->arena, f->out->headers, f->out->header_count, f->header_cap);
	h->name = small_letters(f->cx->arena, name);
	h->value = str_copy(f->cx->arena, str_trim(rest));
	return n;
}

struct str peer_header_find(const struct peer_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (str_is(answer->headers[i].name, name))
			return answer->headers[i].value;
	return (struct str){0};
}

static ST fail_of(struct ctx *cx, CURLcode code, bool too_big)
{
	static const struct {
		CURLcode code;
		enum err err;
	} known[] = {
		{CURLE_URL_MALFORMAT, ERR_PEER_ADDRESS},
		{CURLE_LOGIN_DENIED, ERR_PEER_ADDRESS}, /* a user in the URL */
		{CURLE_COULDNT_RESOLVE_PROXY, ERR_PEER_UNREACHABLE},
		{CURLE_COULDNT_RESOLVE_HOST, ERR_PEER_UNREACHABLE},
		{CURLE_COULDNT_CONNECT, ERR_PEER_UNREACHABLE},
		{CURLE_SSL_CONNECT_ERROR, ERR_PEER_TLS},
		{CURLE_PEER_FAILED_VERIFICATION, ERR_PEER_TLS},
		{CURLE_SSL_CERTPROBLEM, ERR_PEER_TLS},
		{CURLE_SSL_CACERT_BADFILE, ERR_PEER_TLS},
		{CURLE_SSL_ISSUER_ERROR, ERR_PEER_TLS},
		{CURLE_SSL_CIPHER, ERR_PEER_TLS},
		{CURLE_OPERATION_TIMEDOUT, ERR_PEER_TIMEOUT},
	};
	/* Also what libcurl takes for a protocol that is not supported: an answer without HTTP. */
	enum err err = too_big ? ERR_PEER_TOO_BIG : ERR_PEER_CUT;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			err = known[i].err;
	return fail_at(cx, err, __FILE__, __LINE__, 0, "", "%s", curl_easy_strerror(code));
}

/* ---- The flight ------------------------------------------------------------------------------ */

#define SET(easy, option, value) must(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static void set_safety(CURL *easy, const struct peer_settings *s)
{
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	/* Said aloud, since libcurl would else take both from the environment. */
	SET(easy, CURLOPT_PROXY, s->proxy ? s->proxy : "");
	SET(easy, CURLOPT_NOPROXY, "");
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms);
	SET(easy, CURLOPT_TIMEOUT_MS, (long)s->total_ms);
	if (s->ca_file) {
		SET(easy, CURLOPT_CAINFO, s->ca_file);
		SET(easy, CURLOPT_CAPATH, NULL);
	}
	if (s->cert_file) {
		SET(easy, CURLOPT_SSLCERT, s->cert_file);
		SET(easy, CURLOPT_SSLKEY, s->key_file ? s->key_file : s->cert_file);
	}
}

static void set_request(struct flight *f, const struct peer_request *r)
{
	struct str method = str_of(r->method);
	bool harmless = str_is(method, "GET") || str_is(method, "HEAD");

	SET(f->easy, CURLOPT_URL, str_z(f->cx->arena, r->url));
	SET(f->easy, CURLOPT_PATH_AS_IS, 1L);
	SET(f->easy, CURLOPT_USERAGENT, "saqta");
	SET(f->easy, CURLOPT_HTTPHEADER, f->headers);
	if (!harmless) {
		SET(f->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
		SET(f->easy, CURLOPT_POSTFIELDS, r->body.n ? r->body.p : "");
		/* On a kept connection that has died, libcurl would send it a second time. */
		SET(f->easy, CURLOPT_FRESH_CONNECT, 1L);
	}
	if (str_is(method, "HEAD"))
		SET(f->easy, CURLOPT_NOBODY, 1L);
	else
		SET(f->easy, CURLOPT_CUSTOMREQUEST, r->method);
	SET(f->easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(f->easy, CURLOPT_WRITEDATA, f);
	SET(f->easy, CURLOPT_HEADERFUNCTION, take_header);
	SET(f->easy, CURLOPT_HEADERDATA, f);
	SET(f->easy, CURLOPT_PRIVATE, f);
}

static ST start(struct ctx *cx, struct peer *p, const struct peer_request *r, struct flight *f)
{
	TRY(check_request(cx, r));
	f->easy = curl_easy_init();
	must(f->easy);
	put_headers(f, r);
	set_safety(f->easy, &p->settings);
	set_request(f, r);
	must(curl_multi_add_handle(p->multi, f->easy) == CURLM_OK);
	return OK;
}

static void land(struct flight *f, CURLcode code)
{
	struct peer_answer *out = f->out;
	long status = 0, request_bytes = 0;
	curl_off_t took = 0;

	must(curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
	must(curl_easy_getinfo(f->easy, CURLINFO_REQUEST_SIZE, &request_bytes) == CURLE_OK);
	must(curl_easy_getinfo(f->easy, CURLINFO_TOTAL_TIME_T, &took) == CURLE_OK);
	out->sent = request_bytes > 0;
	out->took_us = took;
	out->status = (int)status;
	out->body = buf_view(&f->body);
	out->st = code == CURLE_OK ? OK : fail_of(f->cx, code, f->too_big);
	out->err = f->cx->err;
	err_clear(f->cx);
}

static void land_those_done(struct peer *p)
{
	struct CURLMsg *m;
	struct flight *f;
	int left;

	while ((m = curl_multi_info_read(p->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		CURL *easy = m->easy_handle;

		must(curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&f) == CURLE_OK);
		land(f, code);
		must(curl_multi_remove_handle(p->multi, easy) == CURLM_OK);
		curl_easy_cleanup(easy);
		curl_slist_free_all(f->headers);
		f->easy = NULL;
	}
}

void peer_call_all(struct ctx *cx, struct peer *p, const struct peer_request *requests,
	size_t count, struct peer_answer *out)
{
	struct flight *flights = arena_array(cx->arena, count + 1, sizeof(*flights));
	struct err_slot before = cx->err;
	int running;

	must(count <= LIMIT_PEER_CALLS);
	err_clear(cx);
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct peer_answer){.st = OK};
		flights[i] = (struct flight){
			.cx = cx, .out = &out[i], .body = buf_new(cx->arena, p->settings.body_max)};
		out[i].st = start(cx, p, &requests[i], &flights[i]);
		out[i].err = cx->err;
		err_clear(cx);
	}
	do {
		must(curl_multi_perform(p->multi, &running) == CURLM_OK);
		land_those_done(p);
		if (running)
			must(curl_multi_poll(p->multi, NULL, 0, WAIT_MS, NULL) == CURLM_OK);
	} while (running);
	cx->err = before;
}

ST peer_call(
	struct ctx *cx, struct peer *p, const struct peer_request *request, struct peer_answer *out)
{
	peer_call_all(cx, p, request, 1, out);
	if (out->st != OK)
		cx->err = out->err;
	return out->st;
}
