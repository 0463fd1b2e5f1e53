/* SPDX-License-Identifier: Apache-2.0 */
#include "work_qr.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/url.h"
#include "limits.h"
#include "service/qr_watch.h"
#include "store/db.h"

enum {
	KEY_BYTES_MAX = 4096,
	CONNECT_MS = 2000,
	TOTAL_MS = 3000,
	BODY_MAX = 64 << 10,
	LOOK_MS = 300,   /* between two looks at an empty outbox */
	AGAIN_MS = 2000, /* after the database failed, or the process died */
};

/* ---- Settings ---------------------------------------------------------------------------------
 */

/* What a rail takes from which setting; ALWAYS: a bank cannot do without it. */
enum need { NEVER, MAYBE, ALWAYS };
static const struct source {
	enum qr_rail_kind rail;
	enum setting setting;
	enum need need;
	size_t offset; /* of a struct str in struct qr_bank_settings */
	bool is_url, is_file;
} sources[] = {
#define TO(field) offsetof(struct qr_bank_settings, field)
	{QR_KASPI, SETTING_KASPI_URL, ALWAYS, TO(url), true, false},
	{QR_KASPI, SETTING_KASPI_KEY_FILE, MAYBE, TO(secret), false, true},
	{QR_KASPI, SETTING_KASPI_DEVICE, ALWAYS, TO(user), false, false},
	{QR_KASPI, SETTING_KASPI_POINT, ALWAYS, TO(place), false, false},
	{QR_KASPI, SETTING_KASPI_BIN, MAYBE, TO(owner), false, false},
	{QR_KASPI, SETTING_KASPI_LINKS, ALWAYS, TO(links), false, false},
	{QR_HALYK, SETTING_HALYK_URL, ALWAYS, TO(url), true, false},
	{QR_HALYK, SETTING_HALYK_TOKEN_URL, ALWAYS, TO(token_url), true, false},
	{QR_HALYK, SETTING_HALYK_CLIENT, ALWAYS, TO(user), false, false},
	{QR_HALYK, SETTING_HALYK_KEY_FILE, ALWAYS, TO(secret), false, true},
	{QR_HALYK, SETTING_HALYK_TERMINAL, ALWAYS, TO(place), false, false},
	{QR_HALYK, SETTING_HALYK_LINKS, ALWAYS, TO(links), false, false},
#undef TO
};

static const struct {
	enum qr_rail_kind rail;
	const struct qr_bank_kind *kind;
	enum setting url, certificate; /* without its address a bank is not set up */
} banks[] = {
	{QR_KASPI, &qr_bank_kaspi, SETTING_KASPI_URL, SETTING_KASPI_CERT},
	{QR_HALYK, &qr_bank_halyk, SETTING_HALYK_URL, SETTING_HALYK_CERT},
};
enum { BANKS = sizeof(banks) / sizeof(banks[0]) };

static const char *text_or_null(struct cli *cli, enum setting which)
{
	struct str s = cli->settings.value[which];

	return s.n ? str_z(cli->cx.arena, s) : NULL;
}

static ST read_source(struct cli *cli, const struct source *s, struct qr_bank_settings *out)
{
	struct str value = cli->settings.value[s->setting];
	const char *key = setting_info(s->setting)->key;
	struct str *to = (struct str *)((char *)out + s->offset);

	if (value.n == 0 && s->need == ALWAYS)
		return fail_in(&cli->cx, 0, key, VALUE_MISSING, "%s", "");
	if (s->is_url && value.n && value.p[value.n - 1] == '/')
		value.n--;
	if (s->is_url && !url_is_sealed(value))
		return fail_in(&cli->cx, 0, key, SETTING_VALUE, "%.*s", STR(value));
	if (s->is_file && value.n) {
		TRY(cli_read_file(cli, str_z(cli->cx.arena, value), KEY_BYTES_MAX, &value));
		value = str_trim(value);
		if (value.n == 0)
			return fail_in(&cli->cx, 0, key, VALUE_MISSING, "%s", "");
	}
	*to = value;
	return OK;
}

ST work_qr_read(struct cli *cli, struct work_qr *out)
{
	*out = (struct work_qr){.cli = cli,
		.db_url = text_or_null(cli, SETTING_DB),
		.peer = {.ca_file = text_or_null(cli, SETTING_BANK_CA),
			.proxy = text_or_null(cli, SETTING_BANK_PROXY),
			.connect_ms = CONNECT_MS,
			.total_ms = TOTAL_MS,
			.body_max = BODY_MAX}};
	for (size_t i = 0; i < BANKS; i++) {
		enum qr_rail_kind rail = banks[i].rail;

		if (cli->settings.value[banks[i].url].n == 0)
			continue;
		out->set_up[rail] = true;
		out->banks[rail].kind = banks[i].kind;
		out->certificates[rail] = text_or_null(cli, banks[i].certificate);
		for (size_t k = 0; k < sizeof(sources) / sizeof(sources[0]); k++)
			if (sources[k].rail == rail)
				TRY(read_source(cli, &sources[k], &out->banks[rail].settings));
	}
	return OK;
}

/* ---- Rounds -----------------------------------------------------------------------------------
 */

/* Connections are made behind fork() and end with it. */
static void open_bank(struct work_qr *w, enum qr_rail_kind rail, struct qr_sender *out)
{
	struct peer_settings peer = w->peer;

	peer.cert_file = w->certificates[rail];
	w->banks[rail].peer = peer_new(&peer);
	*out = (struct qr_sender){.rail = rail, .bank = &w->banks[rail]};
}

static ST run_round(struct call *call, struct qr_sender *sender, bool *more)
{
	struct qr_sent sent;

	*more = false;
	TRY(qr_sender_round(call, sender, &sent));
	TRY(qr_watch_round(call, sender));
	*more = sent.more;
	if (sent.issued || sent.failed || sent.given_up)
		log_event(call->cx, LOG_INFO, "qr.issued",
			"rail=%s issued=%zu failed=%zu given_up=%zu", qr_rails[sender->rail].code,
			sent.issued, sent.failed, sent.given_up);
	return OK;
}

ST work_qr_once(struct work_qr *w, struct call *call)
{
	enum st st = OK;

	for (int i = 0; i < QR_RAILS && st == OK; i++) {
		struct qr_sender sender;
		bool more = true;

		if (!w->set_up[i])
			continue;
		open_bank(w, (enum qr_rail_kind)i, &sender);
		while (st == OK && more)
			st = run_round(call, &sender, &more);
		peer_free(sender.bank->peer);
	}
	return st;
}

/* ---- The processes ----------------------------------------------------------------------------
 */

static bool signal_within(int64_t ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	return sigtimedwait(&ours, NULL, &time) > 0;
}

static void run_rounds(struct work_qr *w, enum qr_rail_kind rail, struct call *call)
{
	struct qr_sender sender;
	bool more = false;
	int64_t wait = 0;

	open_bank(w, rail, &sender);
	while (!signal_within(wait)) {
		wait = LOOK_MS;
		if (run_round(call, &sender, &more) != OK) {
			log_event(call->cx, LOG_UNUSUAL, "qr.round", "rail=%s code=%s",
				qr_rails[rail].code, err_info(call->cx->err.code)->name);
			err_clear(call->cx);
			wait = AGAIN_MS;
		} else if (more) {
			wait = 0;
		}
		arena_reset(call->cx->arena);
	}
	peer_free(sender.bank->peer);
}

/*
 * The parent's connection to the database is left alone: a second process must neither use nor
 * close it.
 */
__attribute__((noreturn)) static void child_main(struct work_qr *w, enum qr_rail_kind rail)
{
	struct ctx cx = w->cli->cx;
	struct call call = w->cli->call;
	enum st st;

	cx.arena = arena_new(LIMIT_ARENA_BYTES);
	call.cx = &cx;
	st = db_open(&cx, w->db_url, DB_MODE_WRITE, &call.db);
	if (st != OK) {
		log_event(&cx, LOG_BROKEN, "qr.open", "code=%s", err_info(cx.err.code)->name);
		_exit(EXIT_FAILURE);
	}
	run_rounds(w, rail, &call);
	db_close(call.db);
	arena_free(cx.arena);
	_exit(EXIT_SUCCESS);
}

static int64_t now_ms(const struct work_qr *w)
{
	return w->cli->cx.clock->monotonic_us(w->cli->cx.clock) / 1000;
}

static void start_child(struct work_qr *w, enum qr_rail_kind rail)
{
	pid_t parent = getpid(), pid = fork();

	w->started_ms[rail] = now_ms(w);
	if (pid == 0) {
		/* Without its parent it is nobody's: it finishes and goes. */
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_FAILURE);
		child_main(w, rail);
	}
	if (pid < 0)
		log_event(&w->cli->cx, LOG_BROKEN, "qr.fork", "errno=%d", errno);
	w->children[rail] = pid > 0 ? pid : 0;
}

static void keep_child(struct work_qr *w, enum qr_rail_kind rail)
{
	int status;

	if (w->children[rail] && waitpid(w->children[rail], &status, WNOHANG) > 0) {
		log_event(&w->cli->cx, LOG_BROKEN, "qr.died", "rail=%s signal=%d exit=%d",
			qr_rails[rail].code, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
			WIFEXITED(status) ? WEXITSTATUS(status) : 0);
		w->children[rail] = 0;
	}
	if (!w->children[rail] &&
		(!w->started_ms[rail] || now_ms(w) - w->started_ms[rail] > AGAIN_MS))
		start_child(w, rail);
}

void work_qr_keep(struct work_qr *w)
{
	for (int i = 0; i < QR_RAILS; i++)
		if (w->set_up[i])
			keep_child(w, (enum qr_rail_kind)i);
}

void work_qr_stop(struct work_qr *w)
{
	for (int i = 0; i < QR_RAILS; i++)
		if (w->children[i])
			kill(w->children[i], SIGTERM);
	for (int i = 0; i < QR_RAILS; i++) {
		while (w->children[i] && waitpid(w->children[i], NULL, 0) < 0 && errno == EINTR)
			;
		w->children[i] = 0;
	}
}
