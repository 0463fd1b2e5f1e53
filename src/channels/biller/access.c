/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/biller/access.h"

#include "base/digest.h"
#include "channels/http/throttle.h"

static ST not_a_network(struct ctx *cx, struct str what)
{
	return fail_in(cx, 0, "biller-allow", SETTING_VALUE, "%.*s", STR(what));
}

static ST add_network(struct ctx *cx, const struct biller_profile *bank, struct str text,
	struct biller_access *out)
{
	struct str rest = text, address = str_cut(&rest, '/');
	struct biller_network *n;
	uint64_t bits = 0;
	struct peer peer;

	if (out->count == BILLER_NETWORKS_MAX || !peer_parse(address, &peer) ||
		(rest.p && !str_to_u64(rest, peer.is_v4 ? 32 : 128, &bits)))
		return not_a_network(cx, text);
	n = &out->networks[out->count++];
	n->bank = bank;
	memcpy(n->addr, peer.addr, sizeof(n->addr));
	n->bits = !rest.p ? 128 : (unsigned)bits + (peer.is_v4 ? 96 : 0);
	return OK;
}

static ST add_networks(struct ctx *cx, const struct biller_profile *bank, struct str list,
	struct biller_access *out)
{
	while (list.p) {
		struct str one = str_cut(&list, ' ');

		if (one.n)
			TRY(add_network(cx, bank, one, out));
	}
	return OK;
}

static bool is_named(const struct biller_access *a, const struct biller_profile *p)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->networks[i].bank == p)
			return true;
	return false;
}

/* Calls for each "name=list" of the setting; "*" has no profile. */
typedef enum st list_fn(struct ctx *cx, const struct biller_profile *bank, struct str list,
	struct biller_access *out);

static ST each_bank(struct ctx *cx, const char *setting, struct str text, list_fn *fn,
	struct biller_access *out)
{
	while (text.p && text.n) {
		struct str one = str_trim(str_cut(&text, ';')), list = one;
		struct str name = str_trim(str_cut(&list, '='));
		const struct biller_profile *bank = biller_profile_find(name);

		if (one.n == 0)
			continue;
		if (!list.p || (!bank && !str_is(name, "*")))
			return fail_in(cx, 0, setting, SETTING_VALUE, "%.*s", STR(one));
		TRY(fn(cx, bank, list, out));
	}
	return OK;
}

ST biller_access_read(struct ctx *cx, struct str text, struct biller_access *out)
{
	const struct biller_profile *all;
	size_t count;

	*out = (struct biller_access){.count = 0};
	TRY(each_bank(cx, "biller-allow", text, add_networks, out));
	all = biller_profiles(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i].addresses && !is_named(out, &all[i]))
			TRY(add_networks(cx, &all[i], str_of(all[i].addresses), out));
	return OK;
}

static ST add_certificates(struct ctx *cx, const struct biller_profile *bank, struct str list,
	struct biller_access *out)
{
	while (list.p) {
		struct str one = str_cut(&list, ' ');
		struct biller_certificate *c = &out->certificates[out->certificate_count];

		if (one.n == 0)
			continue;
		if (!bank || out->certificate_count == BILLER_CERTIFICATES_MAX ||
			!digest_unhex(one, c->digest, sizeof(c->digest)))
			return fail_in(cx, 0, "biller-cert", SETTING_VALUE, "%.*s", STR(one));
		c->bank = bank;
		out->certificate_count++;
	}
	return OK;
}

ST biller_access_read_certificates(struct ctx *cx, struct str text, struct biller_access *out)
{
	return each_bank(cx, "biller-cert", text, add_certificates, out);
}

static bool has_certificate(
	const struct biller_access *a, const struct biller_profile *p, struct str hex)
{
	unsigned char digest[32];
	bool given = digest_unhex(hex, digest, sizeof(digest)), needed = false;

	for (size_t i = 0; i < a->certificate_count; i++) {
		if (a->certificates[i].bank != p)
			continue;
		needed = true;
		if (given && memcmp(a->certificates[i].digest, digest, sizeof(digest)) == 0)
			return true;
	}
	return !needed;
}

static bool holds(const struct biller_network *n, const unsigned char addr[16])
{
	unsigned bytes = n->bits / 8, rest = n->bits % 8;

	return memcmp(n->addr, addr, bytes) == 0 &&
	       (rest == 0 || ((n->addr[bytes] ^ addr[bytes]) >> (8 - rest)) == 0);
}

bool biller_access_allows(const struct biller_access *a, const struct biller_profile *p,
	const struct peer *peer, struct str certificate)
{
	if (!has_certificate(a, p, certificate))
		return false;
	if (a->demo && peer->loopback)
		return true;
	for (size_t i = 0; i < a->count; i++)
		if ((!a->networks[i].bank || a->networks[i].bank == p) &&
			holds(&a->networks[i], peer->addr))
			return true;
	return false;
}
