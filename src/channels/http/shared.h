/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of parent and workers, which outlives a restart of the program: a file without a name
 * whose descriptor is handed on in SAQTA_STATE_FD.
 */
#ifndef CHANNELS_HTTP_SHARED_H
#define CHANNELS_HTTP_SHARED_H

#include "channels/http/loop.h"
#include "channels/http/server.h"
#include "channels/http/throttle.h"

struct shared {
	struct token_key *token_key;
	struct loop_slot *slots; /* SERVER_WORKERS_MAX */
	struct metrics *metrics;
	struct throttle *throttle;
	int fd;
};

/*
 * The memory that the program before us left, if its layout is ours; else new memory with a new key
 * (a layout that is not ours still gives its key: tokens in people's hands stay good). Errors:
 * FILE_OPEN.
 */
ST shared_open(struct ctx *cx, struct shared *out);
/* Lets the program that is run next in this process find it. */
void shared_hand_on(const struct shared *s);

#endif
