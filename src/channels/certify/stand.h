/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The test stand: a biller on one address that a bank's program calls, and that loses, delays or
 * cuts its answers as service/certify_watch.h orders. One process, one loop of poll(), few
 * connections. It is not channels/http, whose answers all go out at once: here an answer waits, or
 * never goes.
 */
#ifndef CHANNELS_CERTIFY_STAND_H
#define CHANNELS_CERTIFY_STAND_H

#include "service/certify_watch.h"

enum { STAND_CONNECTIONS_MAX = 64, STAND_BODY_BYTES = 8192 };

struct stand_setup {
	struct watch *watch;
	struct str listen; /* "ADDR:PORT", "[ADDR]:PORT", "unix:PATH"; port 0 = any free one */
	int64_t for_us;    /* the stand ends then at the latest; 0 = never */
	/* Told once the address is open: "http://127.0.0.1:8070". */
	void (*listening)(void *arg, struct str url);
	/* Told of each request that was read; may be NULL. */
	void (*told)(void *arg, const struct watch_reply *r);
	void *arg;
};

/*
 * Serves "/biller/{bank}" until all cases are over, the time is, or SIGTERM or SIGINT comes.
 * Errors: SETTING_VALUE (field "listen"), PORT_IN_USE, LISTEN_FAILED.
 */
ST stand_run(struct ctx *cx, const struct stand_setup *setup);

#endif
