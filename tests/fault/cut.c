/* SPDX-License-Identifier: Apache-2.0 */
#include "cut.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct cut_plan *cut_plan(void)
{
	static struct cut_plan plan;

	return &plan;
}

static bool due(bool question)
{
	struct cut_plan *p = cut_plan();

	if (p->cut_at == 0 || question != (p->where != CUT_ANSWER))
		return false;
	p->count++;
	if (p->count < p->cut_at || (p->count > p->cut_at && !p->for_good))
		return false;
	p->cuts++;
	return true;
}

static ssize_t cut(int fd)
{
	shutdown(fd, SHUT_RDWR);
	errno = ECONNRESET;
	return -1;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags)
{
	if (due(true)) {
		if (cut_plan()->where == CUT_HALF)
			(void)syscall(SYS_sendto, fd, bytes, n / 2, flags, NULL, 0);
		return cut(fd);
	}
	return syscall(SYS_sendto, fd, bytes, n, flags, NULL, 0);
}

ssize_t recv(int fd, void *bytes, size_t n, int flags)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* Only an answer that has come can be lost. */
	if (poll(&p, 1, 0) > 0 && due(false))
		return cut(fd);
	return syscall(SYS_recvfrom, fd, bytes, n, flags, NULL, NULL);
}
