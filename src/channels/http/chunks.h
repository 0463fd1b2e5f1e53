/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chunked transfer coding (RFC 9112 7.1), read strictly: lines end in CR LF, sizes are hex
 * digits and nothing around them, extensions and trailers are checked and forgotten. Pure.
 */
#ifndef CHANNELS_HTTP_CHUNKS_H
#define CHANNELS_HTTP_CHUNKS_H

#include "base/err.h"
#include "base/str.h"

enum chunks_result { CHUNKS_MORE, CHUNKS_DATA, CHUNKS_DONE, CHUNKS_BAD };

enum chunks_place { CHUNKS_SIZE, CHUNKS_BYTES, CHUNKS_BYTES_END, CHUNKS_TRAILER };

struct chunks {
	enum chunks_place place;
	uint64_t left;   /* bytes of the present chunk still to come */
	size_t overhead; /* bytes of size lines and trailers so far */
	enum err error;
};

/*
 * Takes bytes from the front of `*in`. CHUNKS_DATA: `*data` is a piece of the body; call again.
 * CHUNKS_MORE: what is left in `*in` is an incomplete line, to be shown again with more behind it.
 * Errors: REQUEST_SYNTAX, HEADER_TOO_BIG (too much that is not body).
 */
enum chunks_result chunks_read(struct chunks *c, struct str *in, struct str *data);

#endif
