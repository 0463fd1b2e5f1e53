/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the requests of the conformance kit travel: over HTTP, by gateway/peer.h.
 */
#ifndef SERVICE_CERTIFY_LINK_H
#define SERVICE_CERTIFY_LINK_H

#include "service/certify.h"

struct certify_link;

struct certify_link_settings {
	const char *ca_file, *cert_file, *key_file; /* as in gateway/peer.h; NULL: none */
	int64_t timeout_ms;
};

struct certify_link *certify_link_new(const struct certify_link_settings *s);
void certify_link_free(struct certify_link *l); /* NULL does nothing */

/*
 * `arg` is the link. Errors: PEER_ADDRESS; PEER_UNREACHABLE and PEER_TLS as long as nothing has
 * been reached: afterwards they are answers that did not come.
 */
ST certify_link_send(void *arg, struct ctx *cx, const struct certify_request *rq, size_t n,
	struct certify_answer *out);

#endif
