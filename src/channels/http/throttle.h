/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often one client may ask: fixed windows counted in a table that the workers share. Keys are
 * keyed hashes, so the table holds neither an address nor a number of a person. A full bucket
 * forgets its oldest key: a flood of addresses can only make limits milder, never harder.
 */
#ifndef CHANNELS_HTTP_THROTTLE_H
#define CHANNELS_HTTP_THROTTLE_H

#include "channels/http/request.h"
#include "channels/http/site.h"

/* Bytes of the table, which the caller places in shared zeroed memory. */
size_t throttle_bytes(void);
/* Gives a table in zeroed memory its key; a table that has one keeps it. */
void throttle_start(struct throttle *t);

/*
 * Counts one event of `key` (any bytes) under `limit`. Returns 0, or the seconds until the window
 * ends when the limit is reached already. `now` in seconds.
 */
unsigned throttle_count(struct throttle *t, struct rate_limit limit, struct str key, int64_t now);
/* The same without counting. */
unsigned throttle_look(struct throttle *t, struct rate_limit limit, struct str key, int64_t now);
/* Keyed hash of a text under the table's key, for rows that must not hold it. */
uint64_t throttle_hash(const struct throttle *t, struct str text);

/* One page of a client. Error: RATE_LIMIT with err.line = seconds to wait. */
ST throttle_page(struct ctx *cx, const struct site *site, const struct peer *peer);
/* One look-up of a person. Error as above. */
ST throttle_lookup(
	struct ctx *cx, const struct site *site, const struct peer *peer, const struct iin *iin);

/*
 * May this client ask for an invoice by its number? Only what throttle_invoice_count() counted is
 * against it: numbers that nobody has, and new invoices. Error as above.
 */
ST throttle_invoice(struct ctx *cx, const struct site *site, const struct peer *peer);
ST throttle_invoice_count(struct ctx *cx, const struct site *site, const struct peer *peer);

/* "192.0.2.1", "2001:db8::1" (brackets and port are no part); false when it is none. */
bool peer_parse(struct str text, struct peer *out);
/* Fills is_v4 and loopback from the address. */
void peer_classify(struct peer *p);
/* The network that limits count: /24 of IPv4, /64 of IPv6. */
struct str peer_network(const struct peer *peer, unsigned char out[16]);

#endif
