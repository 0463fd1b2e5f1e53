/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/token.h"

#include <sodium.h>

#include "base/check.h"
#include "base/digest.h"
#include "limits.h"

/* Fixed widths, so that every token is as long as every other. */
struct packed {
	char iin[IIN_DIGITS];
	unsigned char on[4], known[4], issued[8];
};

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEALED = NONCE + sizeof(struct packed) + TAG,
};
_Static_assert(TOKEN_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert((SEALED * 8 + 5) / 6 == TOKEN_TEXT, "length of the text");

/* Bound into the seal: a token of another kind under the same key does not open here. */
static const unsigned char kind[] = "saqta result page 1";

static void put_number(unsigned char *out, size_t n, int64_t v)
{
	uint64_t u = (uint64_t)v;

	for (size_t i = n; i-- > 0; u >>= 8)
		out[i] = (unsigned char)u;
}

static int64_t get_number(const unsigned char *p, size_t n)
{
	/* Days may be negative: the first byte carries the sign. */
	uint64_t u = p[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		u = u << 8 | p[i];
	return (int64_t)u;
}

void token_seal(struct buf *b, const struct token_key *key, const struct token *t)
{
	unsigned char sealed[SEALED];
	char text[TOKEN_TEXT + 1];
	struct packed plain;

	memcpy(plain.iin, t->iin.d, IIN_DIGITS);
	put_number(plain.on, sizeof(plain.on), t->on.n);
	put_number(plain.known, sizeof(plain.known), t->known.n);
	put_number(plain.issued, sizeof(plain.issued), t->issued.us);
	rng_bytes(sealed, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, (unsigned char *)&plain,
		sizeof(plain), kind, sizeof(kind), NULL, sealed, key->bytes);
	sodium_bin2base64(
		text, sizeof(text), sealed, SEALED, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(&plain, sizeof(plain));
	buf_put(b, text, TOKEN_TEXT);
}

static bool unseal(const struct token_key *key, struct str text, struct token *out)
{
	unsigned char sealed[SEALED];
	struct packed plain;
	size_t n;

	if (text.n != TOKEN_TEXT)
		return false;
	/* sodium_base642bin() takes some bytes above ASCII for '_': one token, one spelling. */
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] > 0x7f)
			return false;
	if (sodium_base642bin(sealed, sizeof(sealed), text.p, text.n, NULL, &n, NULL,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		n != SEALED)
		return false;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)&plain, NULL, NULL,
		    sealed + NONCE, SEALED - NONCE, kind, sizeof(kind), sealed, key->bytes) != 0)
		return false;
	memcpy(out->iin.d, plain.iin, IIN_DIGITS);
	out->on.n = (int32_t)get_number(plain.on, sizeof(plain.on));
	out->known.n = (int32_t)get_number(plain.known, sizeof(plain.known));
	out->issued.us = get_number(plain.issued, sizeof(plain.issued));
	sodium_memzero(&plain, sizeof(plain));
	return true;
}

ST token_open(struct ctx *cx, const struct token_key *key, struct str text, struct token *out)
{
	int64_t age;

	if (!unseal(key, text, out))
		return fail(cx, TOKEN_EXPIRED, "%s", "");
	age = cx->clock->now(cx->clock).us - out->issued.us;
	/* Another machine's clock may be a little ahead of ours. */
	if (age > (int64_t)LIMIT_TOKEN_SECONDS * 1000000 || age < -(int64_t)60 * 1000000)
		return fail(cx, TOKEN_EXPIRED, "%s", "");
	return OK;
}
