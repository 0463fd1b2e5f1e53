/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/throttle.h"

#include <arpa/inet.h>
#include <stdatomic.h>

#include "base/check.h"
#include "base/digest.h"

enum {
	BUCKETS = 1 << 14,
	WAYS = 8, /* 128 bytes: two cache lines */
};

/* One key: 40 bits of its hash and 24 bits of count in one word, so that a step is one exchange. */
struct cell {
	_Atomic uint64_t tag_and_count;
	_Atomic int64_t window; /* number of the window that the count is of */
};

struct throttle {
	unsigned char key[16];
	_Atomic uint64_t keyed;
	struct cell cells[BUCKETS][WAYS];
};

enum { COUNT_BITS = 24 };
#define COUNT_MASK ((1ULL << COUNT_BITS) - 1)

size_t throttle_bytes(void)
{
	return sizeof(struct throttle);
}

void throttle_start(struct throttle *t)
{
	if (atomic_load(&t->keyed))
		return;
	rng_bytes(t->key, sizeof(t->key));
	atomic_store(&t->keyed, 1);
}

uint64_t throttle_hash(const struct throttle *t, struct str text)
{
	return digest_siphash(t->key, text.p, text.n);
}

static struct cell *find_cell(struct cell *bucket, uint64_t tag, int64_t window)
{
	struct cell *oldest = &bucket[0];

	for (int i = 0; i < WAYS; i++) {
		struct cell *c = &bucket[i];

		if ((atomic_load(&c->tag_and_count) & ~COUNT_MASK) == tag)
			return c;
		if (atomic_load(&c->window) < atomic_load(&oldest->window))
			oldest = c;
	}
	/* Two workers may take the same cell at once: one count is lost then, no more. */
	atomic_store(&oldest->window, window);
	atomic_store(&oldest->tag_and_count, tag);
	return oldest;
}

static unsigned count(
	struct throttle *t, struct rate_limit limit, struct str key, int64_t now, unsigned add)
{
	unsigned char text[64];
	int64_t window;
	uint64_t hash, tag;
	struct cell *c;

	if (limit.count == 0 || limit.seconds == 0)
		return 0;
	must(key.n + sizeof(limit) <= sizeof(text));
	memcpy(text, &limit, sizeof(limit));
	memcpy(text + sizeof(limit), key.p, key.n);
	hash = digest_siphash(t->key, text, sizeof(limit) + key.n);
	tag = hash & ~COUNT_MASK;
	if (tag == 0)
		tag = 1ULL << COUNT_BITS;
	window = now / limit.seconds * limit.seconds;
	c = find_cell(t->cells[hash % BUCKETS], tag, window);
	if (atomic_load(&c->window) != window) {
		atomic_store(&c->window, window);
		atomic_store(&c->tag_and_count, tag);
	}
	if ((atomic_load(&c->tag_and_count) & COUNT_MASK) >= limit.count)
		return (unsigned)(window + limit.seconds - now);
	atomic_fetch_add(&c->tag_and_count, add);
	return 0;
}

unsigned throttle_count(struct throttle *t, struct rate_limit limit, struct str key, int64_t now)
{
	return count(t, limit, key, now, 1);
}

unsigned throttle_look(struct throttle *t, struct rate_limit limit, struct str key, int64_t now)
{
	return count(t, limit, key, now, 0);
}

bool peer_parse(struct str text, struct peer *out)
{
	char z[64];
	struct in_addr v4;

	if (text.n == 0 || text.n >= sizeof(z))
		return false;
	memcpy(z, text.p, text.n);
	z[text.n] = '\0';
	*out = (struct peer){0};
	if (inet_pton(AF_INET, z, &v4) == 1) {
		out->addr[10] = out->addr[11] = 0xff;
		memcpy(out->addr + 12, &v4, 4);
	} else if (inet_pton(AF_INET6, z, out->addr) != 1) {
		return false;
	}
	peer_classify(out);
	return true;
}

void peer_classify(struct peer *p)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const unsigned char one[16] = {[15] = 1};

	p->is_v4 = memcmp(p->addr, mapped, sizeof(mapped)) == 0;
	p->loopback = p->is_v4 ? p->addr[12] == 127 : memcmp(p->addr, one, sizeof(one)) == 0;
}

struct str peer_network(const struct peer *peer, unsigned char out[16])
{
	memset(out, 0, 16);
	memcpy(out, peer->addr, peer->is_v4 ? 15 : 8);
	return (struct str){(const char *)out, 16};
}

static bool is_free(const struct site *site, const struct peer *peer)
{
	return site->settings.loopback_free && peer->loopback;
}

static ST refuse(struct ctx *cx, unsigned seconds)
{
	return fail_in(cx, seconds, "", RATE_LIMIT, "%s", "");
}

static int64_t now_seconds(const struct ctx *cx)
{
	return cx->clock->now(cx->clock).us / 1000000;
}

ST throttle_page(struct ctx *cx, const struct site *site, const struct peer *peer)
{
	unsigned char network[16];
	unsigned wait;

	if (is_free(site, peer))
		return OK;
	wait = throttle_count(site->throttle, site->settings.client_pages,
		peer_network(peer, network), now_seconds(cx));
	return wait ? refuse(cx, wait) : OK;
}

ST throttle_lookup(
	struct ctx *cx, const struct site *site, const struct peer *peer, const struct iin *iin)
{
	const struct site_settings *s = &site->settings;
	unsigned char bytes[16];
	struct str network = peer_network(peer, bytes);
	int64_t now = now_seconds(cx);
	unsigned wait;

	if (is_free(site, peer))
		return OK;
	wait = throttle_count(site->throttle, s->client_short, network, now);
	if (!wait)
		wait = throttle_count(site->throttle, s->client_day, network, now);
	if (!wait)
		wait = throttle_count(site->throttle, s->person_day, iin_digits(iin), now);
	return wait ? refuse(cx, wait) : OK;
}

static ST invoice_limit(struct ctx *cx, const struct site *site, const struct peer *peer,
	unsigned (*ask)(struct throttle *, struct rate_limit, struct str, int64_t))
{
	/* Apart from the pages of the same client, whose limit may have the same numbers. */
	unsigned char key[16 + 8] = "invoice";
	unsigned char network[16];
	unsigned wait;

	if (is_free(site, peer))
		return OK;
	memcpy(key + 8, peer_network(peer, network).p, 16);
	wait = ask(site->throttle, site->settings.client_invoices,
		(struct str){(const char *)key, sizeof(key)}, now_seconds(cx));
	return wait ? refuse(cx, wait) : OK;
}

ST throttle_invoice(struct ctx *cx, const struct site *site, const struct peer *peer)
{
	return invoice_limit(cx, site, peer, throttle_look);
}

ST throttle_invoice_count(struct ctx *cx, const struct site *site, const struct peer *peer)
{
	return invoice_limit(cx, site, peer, throttle_count);
}
