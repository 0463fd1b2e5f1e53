/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS 1.2 and 1.3 of OpenSSL on non-blocking sockets. No object of OpenSSL leaves tls.c.
 */
#ifndef CHANNELS_HTTP_TLS_H
#define CHANNELS_HTTP_TLS_H

#include "base/ctx.h"

struct tls;      /* certificate and settings; made before the workers start */
struct tls_conn; /* one connection */

enum tls_result { TLS_OK, TLS_WANT_READ, TLS_WANT_WRITE, TLS_CLOSED };

/*
 * Reads a certificate chain and its key, both PEM. Errors: FILE_OPEN, with the field "tls-cert" or
 * "tls-key"; also when they do not belong together.
 */
ST tls_new(struct ctx *cx, const char *cert_path, const char *key_path, struct tls **out);
void tls_free(struct tls *t);

struct tls_conn *tls_conn_new(struct tls *t, int fd);
void tls_conn_free(struct tls_conn *c);
enum tls_result tls_handshake(struct tls_conn *c);
/* One record; `max` must hold the longest, 16 KiB. `*n` > 0 with TLS_OK. */
enum tls_result tls_read(struct tls_conn *c, void *to, size_t max, size_t *n);
enum tls_result tls_write(struct tls_conn *c, const void *from, size_t n, size_t *written);
/* Says goodbye; does not wait for the other side's. */
void tls_goodbye(struct tls_conn *c);

#endif
