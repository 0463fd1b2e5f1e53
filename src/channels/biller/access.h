/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From which addresses each bank may call.
 */
#ifndef CHANNELS_BILLER_ACCESS_H
#define CHANNELS_BILLER_ACCESS_H

#include "channels/http/request.h"
#include "formats/biller.h"

enum { BILLER_NETWORKS_MAX = 128, BILLER_CERTIFICATES_MAX = 32 };

struct biller_network {
	const struct biller_profile *bank; /* NULL: any bank */
	unsigned char addr[16];
	unsigned bits; /* of the 128 */
};

/* A client certificate that the proxy in front has checked: its SHA-256. */
struct biller_certificate {
	const struct biller_profile *bank;
	unsigned char digest[32];
};

struct biller_access {
	struct biller_certificate certificates[BILLER_CERTIFICATES_MAX];
	size_t certificate_count;
	struct biller_network networks[BILLER_NETWORKS_MAX];
	size_t count;
	bool demo; /* a demo database: this machine may play every bank */
};

/*
 * "kaspi=194.187.247.152/29 10.0.0.5; halyk=192.0.2.0/24; *=127.0.0.1": networks of a bank,
 * separated by spaces; `*` is any bank. A bank that is not named may call from the addresses of its
 * profile. Error: SETTING_VALUE with the field "biller-allow".
 */
ST biller_access_read(struct ctx *cx, struct str text, struct biller_access *out);

/*
 * "halyk=HEX HEX; bcc=HEX": SHA-256 of the client certificates with which a bank may call. A bank
 * that is named here needs one of them, from whatever address. Error: SETTING_VALUE with the field
 * "biller-cert".
 */
ST biller_access_read_certificates(struct ctx *cx, struct str text, struct biller_access *out);

/* `certificate` is the digest in hex that our proxy tells, empty when it tells none. */
bool biller_access_allows(const struct biller_access *a, const struct biller_profile *p,
	const struct peer *peer, struct str certificate);

#endif
