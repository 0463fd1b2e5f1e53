/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listening socket.
 */
#ifndef CHANNELS_HTTP_LISTEN_H
#define CHANNELS_HTTP_LISTEN_H

#include "base/ctx.h"

/* First descriptor that a service manager hands over. */
enum { LISTEN_FDS_START = 3 };

/*
 * The socket of LISTEN_FDS when there is one, else a new one on `address`. Non-blocking, closed on
 * exec. `*url` (in the arena) is what a browser types. Errors: SETTING_VALUE, PORT_IN_USE,
 * LISTEN_FAILED.
 */
ST listen_open(struct ctx *cx, struct str address, bool tls, int *fd, struct str *url);

#endif
