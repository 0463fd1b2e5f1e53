/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From which addresses each bank may call.
 */
#ifndef CHANNELS_BILLER_ACCESS_H
#define CHANNELS_BILLER_ACCESS_H

#include "channels/http/request.h"
#include "formats/biller.h"

enum { BILLER_NETWORKS_MAX = 128 };

struct biller_network {
	const struct biller_profile *bank; /* NULL: any bank */
	unsigned char addr[16];
	unsigned bits; /* of the 128 */
};

struct biller_access {
	struct biller_network networks[BILLER_NETWORKS_MAX];
	size_t count;
	bool demo; /* a demo database: this machine may play every bank */
};

/*
 * "kaspi=194.187.247.152/29 10.0.0.5; halyk=192.0.2.0/24; *=127.0.0.1": networks of a bank,
 * separated by spaces; `*` is any bank. A bank that is not named may call from the addresses of its
 * profile. Error: OPTION_VALUE with the field "biller-allow".
 */
ST biller_access_read(struct ctx *cx, struct str text, struct biller_access *out);

bool biller_access_allows(
	const struct biller_access *a, const struct biller_profile *p, const struct peer *peer);

#endif
