/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent of the workers. It owns the listening socket and the shared memory, starts the
 * workers, starts a dead one again, and stops and restarts without refusing a request:
 *
 *	SIGTERM, SIGINT   the workers take no new connections, finish what runs, and end
 *	SIGHUP            the program is tried with --check, then run anew in the same process; the
 *new workers serve on the same socket before the old ones are told to finish
 *
 * What must survive a restart (key of the tokens, counters, limits) is in shared memory whose
 * descriptor is handed on; so is the listening socket. A socket of a service manager (LISTEN_FDS)
 *is taken in the same way.
 */
#ifndef CHANNELS_HTTP_SERVER_H
#define CHANNELS_HTTP_SERVER_H

#include "channels/http/site.h"

enum { SERVER_WORKERS_MAX = 64 };

struct server_setup {
	struct site_settings settings;
	struct site_hooks hooks;
	const struct route *routes;
	size_t route_count;
	const struct lawbook *book;
	struct str listen;    /* "ADDR:PORT", "[ADDR]:PORT", "unix:PATH"; port 0 = any free one */
	struct str token_key; /* 64 hex digits shared by several machines; empty = made here */
	const char *tls_cert, *tls_key; /* both or neither */
	unsigned workers;               /* 1 … SERVER_WORKERS_MAX; 0 = one a processor */
	char **argv;                    /* of this program, for a restart */
	/* Told once the address is open: "http://127.0.0.1:8080". */
	void (*listening)(void *arg, struct str url);
};

/*
 * Reads what server_run() would read, certificate and all, without opening anything to the world: a
 * restart asks the new program for it before the old one gives way. Errors as there.
 */
ST server_check(struct ctx *cx, const struct server_setup *setup);
/*
 * Serves until it is told to stop. Errors: SETTING_VALUE (field "listen", "token-key",
 * "embed-hosts", "public-url"), PORT_IN_USE, LISTEN_FAILED, FILE_OPEN (certificate, folder of
 * look-ups), those of the start hook.
 */
ST server_run(struct ctx *cx, const struct server_setup *setup);

#endif
