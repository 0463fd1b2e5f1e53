/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sealed token of a result page: what was asked, encrypted and signed under a key that all
 * workers share (XChaCha20-Poly1305 with a random nonce, libsodium). Nothing is stored; the number
 * of the person stands in no address. A token lives LIMIT_TOKEN_SECONDS.
 */
#ifndef CHANNELS_HTTP_TOKEN_H
#define CHANNELS_HTTP_TOKEN_H

#include "domain/iin.h"

enum { TOKEN_KEY_BYTES = 32, TOKEN_TEXT = 91 }; /* TOKEN_TEXT: letters of one token, base64url */

struct token_key {
	unsigned char bytes[TOKEN_KEY_BYTES];
};

struct token {
	struct iin iin;
	struct day on, known;
	struct instant issued;
};

/* Appends the sealed token: TOKEN_TEXT letters that are safe in a path. */
void token_seal(struct buf *b, const struct token_key *key, const struct token *t);
/*
 * Opens it at the time cx->clock tells. Errors: TOKEN_EXPIRED for every token that is not ours,
 * damaged, too old or from the future: they look the same.
 */
ST token_open(struct ctx *cx, const struct token_key *key, struct str text, struct token *out);

#endif
