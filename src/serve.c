/* SPDX-License-Identifier: Apache-2.0 */
#include "serve.h"

#include <signal.h>
#include <unistd.h>

#include "base/log.h"
#include "channels/biller/access.h"
#include "channels/http/server.h"
#include "channels/http/stream.h"
#include "channels/web/web.h"
#include "routes.h"
#include "service/demo.h"
#include "service/group.h"
#include "service/invoice.h"
#include "store/db.h"
#include "store/migrate.h"
#include "store/people.h"

/* The sums of an invoice follow the law of a year. */
enum { INVOICE_HOURS_MAX = 366 * 24 };
/* Opening may take seconds, in which the worker answers nobody. */
enum { OPEN_AGAIN_US = 3000000 };

const struct option serve_options[] = {
	{"listen", "ADDR:PORT", MSG_http_opt_listen, false, NULL},
	{"workers", "N", MSG_http_opt_workers, false, NULL},
	{"tls-cert", "FILE", MSG_http_opt_tls_cert, false, NULL},
	{"tls-key", "FILE", MSG_http_opt_tls_key, false, NULL},
	{"check", NULL, MSG_http_opt_check, false, NULL},
	{0},
};

/* What the hooks get. In a worker, `db` is its own. */
struct serve {
	struct cli *cli;
	const char *db_url;
	struct db *db;
	struct db *write_db;     /* opened with the first payment; NULL before */
	int64_t writer_again_us; /* opening it failed: not before this moment */
	size_t group_max;        /* payments that share a commit */
	struct biller_access banks;
};

static ST start(void *arg, struct ctx *cx, struct call *call)
{
	struct serve *s = arg;

	TRY(db_open(cx, s->db_url, DB_MODE_READ, &s->db));
	call->db = s->db;
	return db_serve(cx, s->db);
}

static void stop(void *arg)
{
	struct serve *s = arg;

	db_close(s->write_db);
	db_close(s->db);
	s->db = s->write_db = NULL;
}

static ST turn_begin(void *arg, struct ctx *cx)
{
	struct serve *s = arg;

	(void)cx;
	db_turn_begin(s->db);
	return OK;
}

static void turn_end(void *arg, struct ctx *cx)
{
	struct serve *s = arg;

	(void)cx;
	db_turn_end(s->db);
}

/* A database that was there when the server started, and is not now, comes back. */
static ST open_writer(struct serve *s, struct ctx *cx)
{
	const struct clock *clock = clock_system(); /* that of the call may stand still */
	struct db *db;
	enum st st;

	if (clock->monotonic_us(clock) < s->writer_again_us)
		return fail(cx, DB_BUSY, "%s", "not opened a moment ago");
	st = db_open(cx, s->db_url, DB_MODE_WRITE, &db);
	if (st != OK) {
		s->writer_again_us = clock->monotonic_us(clock) + OPEN_AGAIN_US;
		return cx->err.code == ERR_DB_OPEN ? fail(cx, DB_BUSY, "%s", "not open") : st;
	}
	st = db_serve(cx, db);
	if (st == OK)
		s->write_db = db;
	else
		db_close(db);
	return st;
}

/* A worker whose disk did not confirm a flush ends, and another one begins with what is there. */
static void end_unflushed(struct call *call, const struct group_unit *unit)
{
	if (unit->st == OK || unit->err.code != ERR_DB_FLUSH)
		return;
	log_event(call->cx, LOG_BROKEN, "db.flush", "detail=\"%s\"", unit->err.detail);
	kill(getpid(), SIGTERM);
}

/*
 * Readers keep their own connection, which cannot write. A database that takes no writes just now
 * is asked again by the next payment.
 */
static void write_turn(
	void *arg, struct call *call, struct group_unit **units, size_t count, struct arena *keep)
{
	struct serve *s = arg;
	struct call writing = *call;
	enum st st = OK;

	if (!s->write_db)
		st = open_writer(s, call->cx);
	writing.db = s->write_db;
	for (size_t i = 0; st == OK && i < count; i += s->group_max)
		group_run(&writing, units + i, count - i < s->group_max ? count - i : s->group_max,
			keep);
	if (st == OK) {
		end_unflushed(call, units[count - 1]);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		units[i]->st = st;
		units[i]->err = call->cx->err;
	}
}

/* Streams wait for invoices, by number. */
static ST watch(void *arg, struct call *call, struct stream_topic *topics, size_t count)
{
	struct invoice_watch *all = arena_array(call->cx->arena, count, sizeof(*all));

	(void)arg;
	for (size_t i = 0; i < count; i++)
		all[i] = (struct invoice_watch){.no = {topics[i].key}, .seen = topics[i].seen};
	TRY(invoice_watch(call, all, count));
	for (size_t i = 0; i < count; i++) {
		topics[i].seen = all[i].seen;
		topics[i].news = all[i].has_news ? invoice_state_code(all[i].state) : NULL;
	}
	return OK;
}

static ST ready(void *arg, struct ctx *cx)
{
	struct serve *s = arg;
	int version;

	return db_schema_version(cx, s->db, &version);
}

static uint64_t person(void *arg, const struct iin *iin)
{
	struct serve *s = arg;

	return (uint64_t)people_key(s->db, iin);
}

static void listening(void *arg, struct str url)
{
	struct serve *s = arg;
	struct arg args[] = {arg_str("url", url)};

	cli_say(s->cli, MSG_http_serving, args, 1);
	/* A closed standard output is no reason not to serve. */
	if (cli_flush(s->cli) != OK)
		err_clear(&s->cli->cx);
}

/* "5/600": so many in so many seconds. */
static ST read_limit(struct cli *cli, enum setting which, struct rate_limit *out)
{
	struct str text = cli->settings.value[which], rest = text;
	struct str count = str_cut(&rest, '/');
	uint64_t n, seconds;

	if (!str_to_u64(count, 1 << 23, &n) || !str_to_u64(rest, 31 * 86400, &seconds))
		return fail_in(
			&cli->cx, 0, setting_info(which)->key, SETTING_VALUE, "%.*s", STR(text));
	*out = (struct rate_limit){(uint32_t)n, (uint32_t)seconds};
	return OK;
}

static const char *text_or_null(struct cli *cli, enum setting which)
{
	struct str s = cli->settings.value[which];

	return s.n ? str_z(cli->cx.arena, s) : NULL;
}

static ST read_invoice_hours(struct cli *cli, unsigned *out)
{
	uint64_t hours = settings_count(&cli->settings, SETTING_INVOICE_HOURS);

	if (hours == 0 || hours > INVOICE_HOURS_MAX)
		return fail_in(&cli->cx, 0, setting_info(SETTING_INVOICE_HOURS)->key, SETTING_VALUE,
			"%llu", (unsigned long long)hours);
	*out = (unsigned)hours;
	return OK;
}

static ST read_site_settings(struct cli *cli, struct site_settings *out)
{
	const struct settings *s = &cli->settings;

	*out = site_settings_default();
	TRY(read_limit(cli, SETTING_LIMIT_CLIENT, &out->client_short));
	TRY(read_limit(cli, SETTING_LIMIT_CLIENT_DAY, &out->client_day));
	TRY(read_limit(cli, SETTING_LIMIT_PERSON_DAY, &out->person_day));
	TRY(read_limit(cli, SETTING_LIMIT_PAGES, &out->client_pages));
	TRY(read_limit(cli, SETTING_LIMIT_INVOICE, &out->client_invoices));
	TRY(read_invoice_hours(cli, &out->invoice_hours));
	out->streams = (size_t)settings_count(s, SETTING_STREAMS);
	out->emv_scheme = s->value[SETTING_EMV_SCHEME];
	out->kaspi = s->value[SETTING_KASPI_URL].n > 0;
	out->halyk = s->value[SETTING_HALYK_URL].n > 0;
	out->loopback_free = settings_count(s, SETTING_LOOPBACK_FREE) != 0;
	out->behind_proxy = settings_count(s, SETTING_BEHIND_PROXY) != 0;
	out->access_log = settings_count(s, SETTING_ACCESS_LOG) != 0;
	out->embed_hosts = s->value[SETTING_EMBED_HOSTS];
	out->public_url = s->value[SETTING_PUBLIC_URL];
	out->lookup_dir = text_or_null(cli, SETTING_LOOKUP_DIR);
	return OK;
}

static ST take_options(struct cli *cli)
{
	static const enum setting given[] = {
		SETTING_LISTEN, SETTING_WORKERS, SETTING_TLS_CERT, SETTING_TLS_KEY};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		struct str value = cli_value(cli, setting_info(given[i])->key);

		if (value.p)
			TRY(settings_set(&cli->cx, &cli->settings, given[i], value));
	}
	if ((cli->settings.value[SETTING_TLS_CERT].n > 0) !=
		(cli->settings.value[SETTING_TLS_KEY].n > 0))
		return fail_in(&cli->cx, 0, "tls-key", VALUE_MISSING, "%s", "");
	return OK;
}

/* Whether the people are made up: the setting says it, else the database. */
static ST find_kind_of_data(struct cli *cli, struct call *call, bool *synthetic)
{
	struct str data = cli->settings.value[SETTING_DATA];

	*synthetic = str_is(data, "synthetic");
	if (data.n == 0)
		return demo_is(call, synthetic);
	if (!*synthetic && !str_is(data, "real"))
		return fail_in(&cli->cx, 0, "data", SETTING_VALUE, "%.*s", STR(data));
	return OK;
}

/* Opened once before the workers, so that a wrong path is told here and not in their log. */
static ST try_database(struct cli *cli, const char *url, bool *synthetic)
{
	struct call call = {.cx = &cli->cx};
	enum st st;

	TRY(db_open(&cli->cx, url, DB_MODE_READ, &call.db));
	st = find_kind_of_data(cli, &call, synthetic);
	db_close(call.db);
	return st;
}

enum st serve_command(struct cli *cli)
{
	struct serve s = {.cli = cli};
	struct server_setup setup = {
		.routes = routes,
		.route_count = route_count,
		.hooks = {.arg = &s,
			.start = start,
			.stop = stop,
			.turn_begin = turn_begin,
			.turn_end = turn_end,
			.ready = ready,
			.watch = watch,
			.write = write_turn,
			.person = person,
			.error_page = web_error_page,
			.banks = &s.banks},
		.argv = cli->argv,
		.listening = listening,
	};
	TRY(take_options(cli));
	TRY(read_site_settings(cli, &setup.settings));
	TRY(biller_access_read(&cli->cx, cli->settings.value[SETTING_BILLER_ALLOW], &s.banks));
	TRY(biller_access_read_certificates(
		&cli->cx, cli->settings.value[SETTING_BILLER_CERT], &s.banks));
	s.db_url = text_or_null(cli, SETTING_DB);
	setup.listen = cli->settings.value[SETTING_LISTEN];
	setup.token_key = cli->settings.value[SETTING_TOKEN_KEY];
	setup.tls_cert = text_or_null(cli, SETTING_TLS_CERT);
	setup.tls_key = text_or_null(cli, SETTING_TLS_KEY);
	setup.workers = (unsigned)settings_count(&cli->settings, SETTING_WORKERS);
	TRY(try_database(cli, s.db_url, &setup.settings.test_data));
	s.group_max = (size_t)settings_count(&cli->settings, SETTING_COMMIT_GROUP);
	if (s.group_max == 0)
		s.group_max = 1;
	s.banks.demo = setup.settings.test_data;
	setup.book = cli->call.book;
	if (cli_has(cli, "check")) {
		TRY(server_check(&cli->cx, &setup));
		cli_say(cli, MSG_http_checked, NULL, 0);
		return OK;
	}
	return server_run(&cli->cx, &setup);
}
