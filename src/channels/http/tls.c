/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.h"

/* Both structs are OpenSSL's own under names of ours. */
static SSL_CTX *ctx_of(struct tls *t)
{
	return (SSL_CTX *)t;
}

static SSL *ssl_of(struct tls_conn *c)
{
	return (SSL *)c;
}

static const unsigned char protocols[] = "\x08http/1.1";

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
	const unsigned char *in, unsigned in_n, void *arg)
{
	(void)ssl;
	(void)arg;
	if (SSL_select_next_proto((unsigned char **)(uintptr_t)out, out_n, protocols,
		    sizeof(protocols) - 1, in, in_n) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	return SSL_TLSEXT_ERR_OK;
}

static ST refuse(struct ctx *cx, SSL_CTX *t, const char *field)
{
	char why[120];

	ERR_error_string_n(ERR_peek_last_error(), why, sizeof(why));
	ERR_clear_error();
	SSL_CTX_free(t);
	return fail_in(cx, 0, field, FILE_OPEN, "%s", why);
}

ST tls_new(struct ctx *cx, const char *cert_path, const char *key_path, struct tls **out)
{
	SSL_CTX *t = SSL_CTX_new(TLS_server_method());

	must(t);
	SSL_CTX_set_min_proto_version(t, TLS1_2_VERSION);
	SSL_CTX_set_options(t, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
				       SSL_OP_NO_COMPRESSION | SSL_OP_PRIORITIZE_CHACHA |
				       SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(t, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
				    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	must(SSL_CTX_set_cipher_list(t, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1);
	SSL_CTX_set_alpn_select_cb(t, choose_protocol, NULL);
	/* Tickets resume a session without memory of ours; the workers share their key by fork. */
	SSL_CTX_set_session_cache_mode(t, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(t, (const unsigned char *)"saqta", 5);
	if (SSL_CTX_use_certificate_chain_file(t, cert_path) != 1)
		return refuse(cx, t, "tls-cert");
	if (SSL_CTX_use_PrivateKey_file(t, key_path, SSL_FILETYPE_PEM) != 1 ||
		SSL_CTX_check_private_key(t) != 1)
		return refuse(cx, t, "tls-key");
	*out = (struct tls *)t;
	return OK;
}

void tls_free(struct tls *t)
{
	SSL_CTX_free(ctx_of(t));
}

struct tls_conn *tls_conn_new(struct tls *t, int fd)
{
	SSL *ssl = SSL_new(ctx_of(t));

	must(ssl && SSL_set_fd(ssl, fd) == 1);
	SSL_set_accept_state(ssl);
	return (struct tls_conn *)ssl;
}

void tls_conn_free(struct tls_conn *c)
{
	SSL_free(ssl_of(c));
}

static enum tls_result result_of(struct tls_conn *c, int r)
{
	int why = SSL_get_error(ssl_of(c), r);

	ERR_clear_error();
	if (why == SSL_ERROR_WANT_READ)
		return TLS_WANT_READ;
	return why == SSL_ERROR_WANT_WRITE ? TLS_WANT_WRITE : TLS_CLOSED;
}

enum tls_result tls_handshake(struct tls_conn *c)
{
	int r = SSL_do_handshake(ssl_of(c));

	return r == 1 ? TLS_OK : result_of(c, r);
}

enum tls_result tls_read(struct tls_conn *c, void *to, size_t max, size_t *n)
{
	int r;

	/*
	 * A record whole, so that nothing is left in OpenSSL's own buffer: that wakes no epoll.
	 * What comes behind it stays in the socket, which does.
	 */
	must(max >= SSL3_RT_MAX_PLAIN_LENGTH);
	r = SSL_read_ex(ssl_of(c), to, max, n);
	return r == 1 ? TLS_OK : result_of(c, r);
}

enum tls_result tls_write(struct tls_conn *c, const void *from, size_t n, size_t *written)
{
	int r = SSL_write_ex(ssl_of(c), from, n, written);

	return r == 1 ? TLS_OK : result_of(c, r);
}

void tls_goodbye(struct tls_conn *c)
{
	SSL_shutdown(ssl_of(c));
	ERR_clear_error();
}
