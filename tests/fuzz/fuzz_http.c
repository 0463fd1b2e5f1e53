/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that reads bytes of a stranger in the HTTP server. The first bytes choose in what
 * pieces the rest arrives; what comes out must not depend on that.
 */
#include "base/utf8.h"
#include "channels/http/chunks.h"
#include "channels/http/form.h"
#include "channels/http/head.h"
#include "channels/http/route.h"
#include "channels/http/throttle.h"
#include "channels/http/token.h"
#include "fuzz/fuzz.h"
#include "limits.h"

enum { SPLITS = 4 };

struct splits {
	unsigned char size[SPLITS];
	size_t at;
};

static size_t next_split(struct splits *s)
{
	size_t n = s->size[s->at++ % SPLITS];

	/* Small pieces find most; a few great ones keep long inputs quick. */
	return n < 200 ? n % 8 + 1 : (n - 199) * 64;
}

static void must_be_inside(struct str whole, struct str part)
{
	must(part.n == 0 || (part.p >= whole.p && part.n <= whole.n &&
				    (size_t)(part.p - whole.p) <= whole.n - part.n));
}

static void must_be_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		must((c >= 0x20 || c == '\t') && c != 0x7f);
	}
}

static bool same_view(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The head ------------------------------------------------------------------------------------- */

static void check_head(struct str in, const struct head *h)
{
	bool absolute = h->path.n == 1 && h->path.p[0] == '/';

	must(h->bytes >= 4 && h->bytes <= in.n && h->bytes <= LIMIT_HEADER_BYTES);
	must(memcmp(in.p + h->bytes - 4, "\r\n\r\n", 4) == 0);
	must(h->field_count <= HEADERS_MAX && h->error == ERR_NONE);
	must(!(h->chunked && h->length) && !(h->chunked && h->http_1_0));
	must(h->http_1_0 || h->host.n > 0);
	/* An absolute target without a path means "/", which stands nowhere in the input. */
	if (!absolute)
		must_be_inside(in, h->path);
	must(h->path.n > 0 && (h->path.p[0] == '/' || str_is(h->path, "*")));
	must_be_inside(in, h->query);
	must_be_inside(in, h->host);
	must_be_text(h->path);
	must_be_text(h->query);
	for (size_t i = 0; i < h->field_count; i++) {
		must_be_inside(in, h->fields[i].name);
		must_be_inside(in, h->fields[i].value);
		must(h->fields[i].name.n > 0);
		must_be_text(h->fields[i].name);
		must_be_text(h->fields[i].value);
	}
}

static void must_be_same_head(const struct head *a, const struct head *b)
{
	must(a->method == b->method && a->method_class == b->method_class);
	must(same_view(a->path, b->path) && same_view(a->query, b->query));
	must(same_view(a->host, b->host) && a->http_1_0 == b->http_1_0);
	must(a->keep_alive == b->keep_alive && a->expects_continue == b->expects_continue);
	must(a->chunked == b->chunked && a->length == b->length && a->bytes == b->bytes);
	must(a->field_count == b->field_count);
	for (size_t i = 0; i < a->field_count; i++)
		must(same_view(a->fields[i].name, b->fields[i].name) &&
			same_view(a->fields[i].value, b->fields[i].value));
}

static enum head_result fuzz_head(struct ctx *cx, struct str in, struct splits s, struct head *out)
{
	struct head *slow = ARENA_NEW(cx->arena, struct head);
	size_t scanned = 0, slow_scanned = 0, have = 0;
	enum head_result r = head_read(in, &scanned, out), again = HEAD_MORE;

	must(scanned <= in.n);
	while (again == HEAD_MORE && have < in.n) {
		size_t n = next_split(&s);

		have = n < in.n - have ? have + n : in.n;
		again = head_read((struct str){in.p, have}, &slow_scanned, slow);
		must(slow_scanned <= have);
	}
	must(r == again);
	/* Behind the limit it depends on the pieces which of two faults is seen first. */
	if (r == HEAD_BAD)
		must(out->error != ERR_NONE &&
			(out->error == slow->error || in.n >= LIMIT_HEADER_BYTES));
	if (r != HEAD_DONE)
		return r;
	check_head(in, out);
	must_be_same_head(out, slow);
	return r;
}

/* Chunks --------------------------------------------------------------------------------------- */

struct body {
	enum chunks_result end;
	enum err error;
	struct buf data;
	size_t taken; /* bytes of the input */
};

static void read_body(struct ctx *cx, struct str in, struct splits *s, struct body *out)
{
	struct chunks c = {0};
	size_t have = s ? 0 : in.n;

	*out = (struct body){.end = CHUNKS_MORE, .data = buf_new(cx->arena, in.n + 1)};
	for (;;) {
		struct str rest = {in.p + out->taken, have - out->taken}, before = rest, data = {0};

		out->end = chunks_read(&c, &rest, &data);
		must_be_inside(before, rest);
		out->taken += before.n - rest.n;
		if (out->end == CHUNKS_DATA) {
			must(data.n > 0);
			must_be_inside(before, data);
			buf_str(&out->data, data);
		} else if (out->end != CHUNKS_MORE || have == in.n) {
			break;
		} else {
			size_t n = next_split(s);

			have = n < in.n - have ? have + n : in.n;
		}
	}
	out->error = c.error;
}

static void fuzz_chunks(struct ctx *cx, struct str in, struct splits s)
{
	struct body whole, pieces;

	read_body(cx, in, NULL, &whole);
	read_body(cx, in, &s, &pieces);
	must(whole.end == pieces.end && whole.error == pieces.error);
	must((whole.end == CHUNKS_BAD) == (whole.error != ERR_NONE));
	must(whole.taken == pieces.taken);
	must(str_eq(buf_view(&whole.data), buf_view(&pieces.data)));
}

/* Forms ---------------------------------------------------------------------------------------- */

struct everything {
	struct str text;
	struct iin iin;
	struct day day;
	bool has_day;
	struct month month;
	struct money money;
	struct rate rate;
	int64_t number;
	bool flag;
	enum payer_kind kind;
	struct form_list texts, monies, categories;
};

static const struct form_field form_fields[] = {
	FORM_NEEDED(struct everything, text, "text", FORM_TEXT),
	FORM_FREE(struct everything, iin, "iin", FORM_IIN, 0),
	FORM_MAYBE(struct everything, day, has_day, "day", FORM_DAY),
	FORM_FREE(struct everything, month, "month", FORM_MONTH, 0),
	FORM_FREE(struct everything, money, "money", FORM_MONEY, 0),
	FORM_FREE(struct everything, rate, "rate", FORM_PERCENT, 0),
	FORM_FREE(struct everything, number, "number", FORM_NUMBER, 1000),
	FORM_FREE(struct everything, flag, "flag", FORM_FLAG, 0),
	FORM_FREE(struct everything, kind, "kind", FORM_KIND, 0),
	FORM_FREE(struct everything, texts, "texts", FORM_TEXTS, 3),
	FORM_FREE(struct everything, monies, "monies", FORM_MONIES, 3),
	FORM_FREE(struct everything, categories, "categories", FORM_CATEGORIES, 3),
};

static void check_form(const struct everything *e)
{
	must(utf8_count(e->text) <= 200);
	must(e->number >= 0 && e->number <= 1000);
	must(!money_is_negative(e->money) && e->rate.ppm >= 0 && e->rate.ppm <= PPM_ONE);
	must(e->texts.count <= 3 && e->monies.count <= 3 && e->categories.count <= 3);
	must(e->kind < PAYER_COUNT);
	for (size_t i = 0; i < e->categories.count; i++)
		must(((const struct form_category *)e->categories.items)[i].category <
			CATEGORY_COUNT);
}

static void fuzz_form(struct request *rq, const char *media_type)
{
	static const struct form_table table = {
		form_fields, sizeof(form_fields) / sizeof(form_fields[0])};
	const struct http_field type = {STR_LIT("content-type"), str_of(media_type)};
	struct form_errors errors = {0};
	struct everything got = {0};

	rq->fields = &type;
	rq->field_count = 1;
	err_clear(rq->call->cx);
	if (form_read_body(rq, &table, &got, &errors) == OK) {
		must(errors.count == 0);
		check_form(&got);
	} else {
		must(errors.count > 0 && errors.count <= FORM_ERRORS);
		must(rq->call->cx->err.code == errors.slot[0].code);
	}
	rq->fields = NULL;
	rq->field_count = 0;
}

static void put_encoded(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_fmt(b, "%%%02x", (unsigned char)s.p[i]);
}

/* What was decoded is the same after another turn. */
static void fuzz_pairs(struct ctx *cx, struct str rest)
{
	bool end = false;

	while (!end) {
		struct buf b = buf_new(cx->arena, 6 * rest.n + 16);
		struct str name, value, again, other;

		if (form_next(cx, &rest, &name, &value, &end) != OK || end)
			return;
		must(!memchr(name.p, 0, name.n) && !memchr(value.p, 0, value.n));
		put_encoded(&b, name);
		buf_char(&b, '=');
		put_encoded(&b, value);
		struct str text = buf_view(&b);
		bool none;
		must(form_next(cx, &text, &again, &other, &none) == OK && !none);
		must(str_eq(again, name) && str_eq(other, value));
	}
}

/* Paths, fields, tokens ------------------------------------------------------------------------ */

static const struct route routes[] = {
	{.method = HTTP_GET, .path = "/"},
	{.method = HTTP_GET, .path = "/{lang}/"},
	{.method = HTTP_POST, .path = "/{lang}/status"},
	{.method = HTTP_GET, .path = "/{lang}/s/{token}"},
	{.method = HTTP_GET, .path = "/{lang}/s/{token}/why/{month}"},
	{.method = HTTP_GET, .path = "/assets/{name}"},
	{.method = HTTP_GET, .path = "/embed/v1/frame"},
	{.method = HTTP_POST, .path = "/embed/v1/frame"},
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

static void fuzz_path(struct str path)
{
	for (enum http_method method = HTTP_GET; method <= HTTP_POST; method++) {
		struct route_match m = route_find(routes, ROUTES, method, path);
		enum lang lang;

		must(!m.route || m.path_known);
		must(!m.route || m.route->method == (method == HTTP_POST ? HTTP_POST : HTTP_GET));
		must((m.allowed != 0) == m.path_known);
		if (!m.route)
			continue;
		for (size_t i = 0; i < ROUTE_PARAMS; i++) {
			must_be_inside(path, m.params[i]);
			must(m.params[i].n == 0 || !memchr(m.params[i].p, '/', m.params[i].n));
		}
		if (str_starts(str_of(m.route->path), "/{lang}"))
			must(lang_parse(m.params[0], &lang));
	}
}

static void fuzz_fields(struct request *rq, const struct head *h)
{
	struct peer peer;
	struct str type;

	rq->fields = h->fields;
	rq->field_count = h->field_count;
	type = request_media_type(rq);
	rq->path = h->path;
	rq->query = h->query;
	must(request_lang(rq) < LANG_COUNT);
	(void)request_accepts_coding(rq, "gzip");
	for (size_t i = 0; i < type.n; i++)
		must(type.p[i] < 'A' || type.p[i] > 'Z');
	(void)request_cookie(rq, "lang");
	if (peer_parse(request_header(rq, "x-forwarded-for"), &peer) && peer.is_v4)
		must(peer.addr[10] == 0xff && peer.addr[11] == 0xff);
}

static void fuzz_token(struct ctx *cx, struct str in, struct splits s)
{
	static const struct token_key key = {{1, 2, 3}};
	struct token t = {.on = {20000}, .known = {-20000}, .issued = cx->clock->now(cx->clock)};
	struct token got;
	struct buf b = buf_new(cx->arena, TOKEN_TEXT);

	must(token_open(cx, &key, in, &got) != OK && cx->err.code == ERR_TOKEN_EXPIRED);
	memcpy(t.iin.d, "990101399990", IIN_DIGITS);
	token_seal(&b, &key, &t);
	must(token_open(cx, &key, buf_view(&b), &got) == OK);
	must(iin_same(&got.iin, &t.iin) && got.on.n == t.on.n && got.known.n == t.known.n &&
		got.issued.us == t.issued.us);
	if (s.size[1] == 0 || (unsigned char)b.p[s.size[0] % TOKEN_TEXT] == s.size[1])
		return;
	b.p[s.size[0] % TOKEN_TEXT] = (char)s.size[1];
	must(token_open(cx, &key, buf_view(&b), &got) != OK);
}

FUZZ_TARGET
{
	struct call call = {.cx = cx};
	struct request rq = {.call = &call, .method = HTTP_POST};
	struct head *head = ARENA_NEW(cx->arena, struct head);
	struct splits s = {.at = 0};
	struct str in;

	if (input.n < SPLITS)
		return;
	memcpy(s.size, input.p, SPLITS);
	in = (struct str){input.p + SPLITS, input.n - SPLITS};
	if (fuzz_head(cx, in, s, head) == HEAD_DONE) {
		fuzz_path(head->path);
		fuzz_fields(&rq, head);
		fuzz_chunks(cx, (struct str){in.p + head->bytes, in.n - head->bytes}, s);
	}
	fuzz_chunks(cx, in, s);
	fuzz_path(in);
	fuzz_token(cx, in, s);
	fuzz_pairs(cx, in);
	rq.body = in;
	fuzz_form(&rq, "application/x-www-form-urlencoded");
	fuzz_form(&rq, "application/json");
	struct str typed = form_typed(&rq, "text");
	must(utf8_valid(typed, NULL) && !memchr(typed.p ? typed.p : "", 0, typed.n));
}
