/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un unix_path;
	};
	socklen_t size;
};

static ST bad_address(struct ctx *cx, struct str text)
{
	return fail_in(cx, 0, "listen", SETTING_VALUE, "%.*s", STR(text));
}

static ST parse_unix(struct ctx *cx, struct str text, struct address *out)
{
	struct str path = {text.p + 5, text.n - 5};

	if (path.n == 0 || path.n >= sizeof(out->unix_path.sun_path))
		return bad_address(cx, text);
	out->unix_path = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(out->unix_path.sun_path, path.p, path.n);
	out->size = sizeof(out->unix_path);
	return OK;
}

static ST parse_address(struct ctx *cx, struct str text, struct address *out)
{
	const char *colon = text.n ? memrchr(text.p, ':', text.n) : NULL;
	struct str host, port;
	uint64_t number;
	const char *z;

	*out = (struct address){0};
	if (str_starts(text, "unix:"))
		return parse_unix(cx, text, out);
	if (!colon)
		return bad_address(cx, text);
	host = (struct str){text.p, (size_t)(colon - text.p)};
	port = (struct str){colon + 1, text.n - host.n - 1};
	if (!str_to_u64(port, 65535, &number))
		return bad_address(cx, text);
	if (host.n == 0 || str_is(host, "*"))
		host = STR_LIT("0.0.0.0");
	else if (str_is(host, "localhost"))
		host = STR_LIT("127.0.0.1");
	else if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct str){host.p + 1, host.n - 2};
	z = str_z(cx->arena, host);
	if (inet_pton(AF_INET, z, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons((uint16_t)number);
		out->size = sizeof(out->v4);
		return OK;
	}
	*out = (struct address){0};
	if (inet_pton(AF_INET6, z, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons((uint16_t)number);
		out->size = sizeof(out->v6);
		return OK;
	}
	return bad_address(cx, text);
}

static struct str url_of(struct ctx *cx, int fd, bool tls)
{
	struct buf b = buf_new(cx->arena, 256);
	struct address at = {.size = sizeof(struct sockaddr_un)};
	char text[INET6_ADDRSTRLEN] = "";

	if (getsockname(fd, &at.any, &at.size) != 0)
		return STR_LIT("");
	if (at.any.sa_family == AF_UNIX) {
		buf_fmt(&b, "unix:%s", at.unix_path.sun_path);
	} else if (at.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &at.v6.sin6_addr, text, sizeof(text));
		buf_fmt(&b, "http%s://[%s]:%d", tls ? "s" : "", text, ntohs(at.v6.sin6_port));
	} else {
		inet_ntop(AF_INET, &at.v4.sin_addr, text, sizeof(text));
		buf_fmt(&b, "http%s://%s:%d", tls ? "s" : "", text, ntohs(at.v4.sin_port));
	}
	return buf_view(&b);
}

/* Does somebody answer on this Unix socket? If not, its file is left from a dead process. */
static void remove_stale(const struct address *at)
{
	struct stat s;
	int fd;

	if (stat(at->unix_path.sun_path, &s) != 0 || !S_ISSOCK(s.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, &at->any, at->size) != 0 && errno == ECONNREFUSED)
		unlink(at->unix_path.sun_path);
	close(fd);
}

static ST open_socket(struct ctx *cx, struct str text, const struct address *at, int *out)
{
	int one = 1;
	int fd = socket(at->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return fail_in(cx, 0, "listen", LISTEN_FAILED, "%s", strerror(errno));
	if (at->any.sa_family == AF_UNIX) {
		remove_stale(at);
	} else {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	}
	if (bind(fd, &at->any, at->size) != 0 || listen(fd, BACKLOG) != 0) {
		int why = errno;

		close(fd);
		if (why == EADDRINUSE)
			return fail_in(cx, 0, "listen", PORT_IN_USE, "%.*s", STR(text));
		return fail_in(
			cx, 0, "listen", LISTEN_FAILED, "%.*s: %s", STR(text), strerror(why));
	}
	/* Away from the place of a socket that is handed over. */
	*out = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	return *out >= 0 ? OK : fail_in(cx, 0, "listen", LISTEN_FAILED, "%s", strerror(errno));
}

/* A socket handed over: checked, because a wrong one would make the server deaf. */
static bool take_handed_over(int *out)
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	uint64_t n, for_pid;
	int listening = 0;
	socklen_t size = sizeof(listening);

	if (!count || !str_to_u64(str_of(count), 100, &n) || n == 0)
		return false;
	if (pid && (!str_to_u64(str_of(pid), INT32_MAX, &for_pid) || for_pid != (uint64_t)getpid()))
		return false;
	if (getsockopt(LISTEN_FDS_START, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
		!listening)
		return false;
	if (fcntl(LISTEN_FDS_START, F_SETFL, O_NONBLOCK) != 0)
		return false;
	*out = fcntl(LISTEN_FDS_START, F_DUPFD_CLOEXEC, 10);
	close(LISTEN_FDS_START);
	return *out >= 0;
}

ST listen_open(struct ctx *cx, struct str address, bool tls, int *fd, struct str *url)
{
	struct address at;

	if (!take_handed_over(fd)) {
		TRY(parse_address(cx, address, &at));
		TRY(open_socket(cx, address, &at, fd));
	}
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	*url = url_of(cx, *fd, tls);
	return OK;
}
