/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all requests of one server share: settings, the route table, keys, counters, and the hooks
 * by which the program on top (src/serve.c) puts in the database, the law book and the pages.
 */
#ifndef CHANNELS_HTTP_SITE_H
#define CHANNELS_HTTP_SITE_H

#include "base/metrics.h"
#include "channels/http/route.h"
#include "channels/http/token.h"

struct biller_access;
struct group_unit;
struct throttle;
struct lookup_log;
struct stream_topic;

/* At most `count` in `seconds`; count 0 = not limited. */
struct rate_limit {
	uint32_t count, seconds;
};

struct site_settings {
	struct rate_limit client_short;    /* look-ups of one address (/24, /64): 5 in 10 minutes */
	struct rate_limit client_day;      /* 50 a day */
	struct rate_limit person_day;      /* look-ups of one IIN from anywhere: 20 a day */
	struct rate_limit client_pages;    /* pages and calculations of one address */
	struct rate_limit client_invoices; /* of one address: unknown numbers, and new invoices */
	/* 127.0.0.0/8 and ::1 without X-Forwarded-For, the operator's own machine: not counted */
	bool loopback_free;
	bool behind_proxy;      /* the peer is our own proxy: believe its last X-Forwarded-For */
	struct str embed_hosts; /* origins that may show the frame, separated by spaces */
	struct str public_url;  /* "https://saqta.example", for absolute addresses; or empty */
	unsigned invoice_hours; /* that an invoice may be paid */
	size_t streams;         /* open streams of a worker; 0 = none: the pages ask again */
	bool kaspi, halyk;      /* QR codes that these banks issue are offered */
	struct str emv_scheme;  /* name of the payment scheme in EMVCo texts; or empty */
	bool test_data;         /* the people are made up: the pages say so */
	const char *lookup_dir; /* where look-up segments are written; NULL = not written */
	bool access_log;        /* one line for each answer, without address and without path */
};

/* The defaults named above. */
struct site_settings site_settings_default(void);

/* What the program on top gives. `arg` is passed to each. */
struct site_hooks {
	void *arg;
	/* Once in each worker, before its first request: opens the database into `call`. */
	ST (*start)(void *arg, struct ctx *cx, struct call *call);
	/* At the end of a worker; may be NULL. */
	void (*stop)(void *arg);
	/* Around all requests of one loop turn: one read transaction. May be NULL. */
	ST (*turn_begin)(void *arg, struct ctx *cx);
	void (*turn_end)(void *arg, struct ctx *cx);
	/*
	 * Runs the writes of a turn in one transaction: group_run() with a database that takes
	 * writes. `call` is that of the reads. NULL: no route writes.
	 */
	void (*write)(void *arg, struct call *call, struct group_unit **units, size_t count,
		struct arena *keep);
	/*
	 * What has become of what streams wait for: sets `seen` and `news` of each topic. Called
	 * once a second while there are any. NULL: no route streams.
	 */
	ST (*watch)(void *arg, struct call *call, struct stream_topic *topics, size_t count);
	/* Can this worker answer about a person right now? For /readyz. */
	ST (*ready)(void *arg, struct ctx *cx);
	/*
	 * The key under which the installation keeps this person, for look-up rows. NULL: a hash
	 * that lives as long as the server.
	 */
	uint64_t (*person)(void *arg, const struct iin *iin);
	/* The error page in cx->lang; NULL: one line of text. */
	void (*error_page)(struct request *rq, int status, struct buf *out);
	/* Who may call as which bank; NULL: nobody. */
	const struct biller_access *banks;
};

struct site {
	struct site_settings settings;
	struct site_hooks hooks;
	const struct route *routes;
	size_t route_count;
	struct token_key token_key;
	struct throttle *throttle;  /* shared by the workers */
	struct metrics *metrics;    /* shared by the workers */
	struct lookup_log *lookups; /* of this worker; NULL when not written */
	char frame_ancestors[512];  /* value of the CSP directive, made from embed_hosts */
	bool draining;              /* the worker finishes what runs: /readyz says no */
};

/*
 * Takes the allow-list: origins separated by spaces, "https://bank.example:8443". Error:
 * SETTING_VALUE.
 */
ST site_set_embed_hosts(struct ctx *cx, struct site *site, struct str hosts);
/*
 * Takes the name of the site outside: scheme, host, port; a slash at its end is dropped. Empty =
 * none. Error: SETTING_VALUE.
 */
ST site_set_public_url(struct ctx *cx, struct site *site, struct str url);

#endif
