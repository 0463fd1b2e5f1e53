/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

/* The functions with a state of the caller's own: EVP would take memory for each digest. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <sodium.h>

#include "base/check.h"

_Static_assert(sizeof(struct digest_state) >= sizeof(SHA256_CTX), "digest_state");

struct sha256 digest_sha256(const void *bytes, size_t n)
{
	struct digest_state s;

	digest_start(&s);
	digest_add(&s, bytes, n);
	return digest_end(&s);
}

void digest_start(struct digest_state *s)
{
	must(SHA256_Init((SHA256_CTX *)s->opaque));
}

void digest_add(struct digest_state *s, const void *bytes, size_t n)
{
	must(SHA256_Update((SHA256_CTX *)s->opaque, bytes, n));
}

struct sha256 digest_end(struct digest_state *s)
{
	struct sha256 d;

	must(SHA256_Final(d.bytes, (SHA256_CTX *)s->opaque));
	return d;
}

uint64_t digest_siphash(const unsigned char key[16], const void *bytes, size_t n)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t v = 0;

	crypto_shorthash(out, bytes, n, key);
	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)out[i] << (8 * i);
	return v;
}

void digest_hex(struct buf *b, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		buf_char(b, "0123456789abcdef"[p[i] >> 4]);
		buf_char(b, "0123456789abcdef"[p[i] & 15]);
	}
}

bool digest_unhex(struct str hex, unsigned char *out, size_t n)
{
	if (hex.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int hi = str_hex_digit(hex.p[2 * i]), lo = str_hex_digit(hex.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

void rng_bytes(void *out, size_t n)
{
	must(sodium_init() >= 0);
	randombytes_buf(out, n);
}
