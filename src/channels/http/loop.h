/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker: one thread, one epoll loop. All requests that are ready in a turn share one read
 * transaction. Ends when it was told to stop and what ran is finished.
 */
#ifndef CHANNELS_HTTP_LOOP_H
#define CHANNELS_HTTP_LOOP_H

#include "channels/http/site.h"
#include "channels/http/tls.h"
#include "service/call.h"

/* Seen by the parent too: in shared memory. */
struct loop_slot {
	_Atomic uint64_t connections; /* LOOP_SLOT_AWAY while no worker serves here */
	_Atomic uint64_t streams;
};
#define LOOP_SLOT_AWAY UINT64_MAX

struct loop_setup {
	struct site *site;
	struct call *call; /* with arena, clock, database and law book */
	struct tls *tls;   /* NULL: plain */
	int listen_fd;     /* non-blocking; shared with the other workers */
	int ready_fd;      /* gets one byte when the worker serves, then is closed; -1 = none */
	struct loop_slot *slots; /* of all workers */
	unsigned slot, slot_count;
	size_t connections_max;
};

/* Serves until SIGTERM. SIGTERM and SIGINT must be blocked. Returns when drained. */
void loop_run(const struct loop_setup *setup);

#endif
