/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (of OpenSSL, which uses what the processor has for it), keyed SipHash and random bytes
 * (of libsodium), hex.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/str.h"

struct sha256 {
	unsigned char bytes[32];
};

struct sha256 digest_sha256(const void *bytes, size_t n);

/* Over several pieces. */
struct digest_state {
	_Alignas(8) unsigned char opaque[128];
};
void digest_start(struct digest_state *s);
void digest_add(struct digest_state *s, const void *bytes, size_t n);
struct sha256 digest_end(struct digest_state *s);

/* SipHash-2-4 of `bytes` under a 16-byte key. */
uint64_t digest_siphash(const unsigned char key[16], const void *bytes, size_t n);

/* Small hex letters, appended to `b`. */
void digest_hex(struct buf *b, const void *bytes, size_t n);
/* Exactly 2*n hex digits of either case into `out`; false otherwise. */
bool digest_unhex(struct str hex, unsigned char *out, size_t n);

/* `n` bytes from the system's generator. */
void rng_bytes(void *out, size_t n);

#endif
