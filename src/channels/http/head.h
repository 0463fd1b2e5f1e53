/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard: a strict reader of the head of an HTTP/1.1 request (RFC 9110, RFC 9112). What two
 * programs could read differently is refused: every line ends in CR LF, no line is folded, no space
 * stands before a colon, there is exactly one valid Host, and the length of the body is said once,
 * by Content-Length or by "chunked", never by both.
 *
 * Pure: no input or output, no allocation. Fuzzed by tests/fuzz/fuzz_http.c.
 */
#ifndef CHANNELS_HTTP_HEAD_H
#define CHANNELS_HTTP_HEAD_H

#include "channels/http/request.h"

enum head_result {
	HEAD_MORE, /* the bytes are a beginning of a request */
	HEAD_DONE,
	HEAD_BAD, /* `error` says why; the connection must be closed after the answer */
};

/* Methods that we know by name but no row of the route table has. */
enum head_method { HEAD_METHOD_OURS, HEAD_METHOD_KNOWN };

struct head {
	enum http_method method; /* when method_class is HEAD_METHOD_OURS */
	enum head_method method_class;
	struct str path, query; /* of the target; the authority of an absolute one is stripped */
	struct str host;        /* of the absolute target, else the Host field */
	bool http_1_0;
	bool keep_alive;
	bool expects_continue;
	bool chunked;
	uint64_t length; /* of the body, when not chunked */
	struct http_field fields[HEADERS_MAX];
	size_t field_count;
	size_t bytes; /* of the head in the buffer, empty line included */
	enum err error;
};

/*
 * Reads the head at the front of `in`. `*scanned` is 0 at first and kept between calls for the same
 * request, so that a client who sends byte by byte costs no more than one who does not.
 * Errors: REQUEST_SYNTAX, METHOD_UNKNOWN, HTTP_VERSION, TRANSFER_CODING, EXPECTATION,
 * TARGET_TOO_LONG, HEADER_TOO_BIG.
 */
enum head_result head_read(struct str in, size_t *scanned, struct head *out);

/* One "name: value" line without its end. False when it is not one. */
bool head_read_field(struct str line, struct http_field *out);
/* The bytes that may stand in a line: no control character but the tab. */
bool head_is_line(struct str line);

#endif
