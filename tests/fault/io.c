/* SPDX-License-Identifier: Apache-2.0 */
#define _FILE_OFFSET_BITS 64
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES = 1024 };

/* What the C library declares and these stand before. */
ssize_t pread64(int fd, void *to, size_t n, off64_t at);
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at);
int ftruncate64(int fd, off64_t n);
int open64(const char *path, int flags, ...);

static struct {
	struct io_plan plan;
	char folder[100];
	bool watched[FILES];
} io;

struct io_plan *io_plan(void)
{
	return &io.plan;
}

void io_watch(const char *folder)
{
	snprintf(io.folder, sizeof(io.folder), "%s", folder);
}

/* Is this call to fail? */
static bool due(enum io_call call)
{
	struct io_plan *p = &io.plan;

	if (!(p->calls & call) || p->fail_at == 0)
		return false;
	p->count++;
	if (p->count < p->fail_at || (p->count > p->fail_at && !p->for_good))
		return false;
	p->failed++;
	p->flush_failed |= call == IO_FLUSH;
	return true;
}

static bool due_of(int fd, enum io_call call)
{
	return fd >= 0 && fd < FILES && io.watched[fd] && due(call);
}

/* Half of it; a single byte has no half. */
static bool shorten(size_t *n)
{
	if (io.plan.error != 0)
		return false;
	*n = *n > 1 ? *n / 2 : *n;
	return true;
}

ssize_t pread64(int fd, void *to, size_t n, off64_t at)
{
	if (due_of(fd, IO_READ) && !shorten(&n)) {
		errno = io.plan.error;
		return -1;
	}
	return syscall(SYS_pread64, fd, to, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
	if (due_of(fd, IO_WRITE) && !shorten(&n)) {
		errno = io.plan.error;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, from, n, at);
}

int ftruncate64(int fd, off64_t n)
{
	if (due_of(fd, IO_TRUNCATE)) {
		errno = io.plan.error;
		return -1;
	}
	return (int)syscall(SYS_ftruncate, fd, n);
}

static int flush(long number, int fd)
{
	if (due_of(fd, IO_FLUSH)) {
		errno = io.plan.error;
		return -1;
	}
	return (int)syscall(number, fd);
}

int fsync(int fd)
{
	return flush(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return flush(SYS_fdatasync, fd);
}

int open64(const char *path, int flags, ...)
{
	bool watched = io.folder[0] && strncmp(path, io.folder, strlen(io.folder)) == 0;
	mode_t mode = 0;
	va_list ap;
	int fd;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (watched && due(IO_OPEN)) {
		errno = io.plan.error;
		return -1;
	}
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fd >= 0 && fd < FILES)
		io.watched[fd] = watched;
	return fd;
}

int close(int fd)
{
	if (fd >= 0 && fd < FILES)
		io.watched[fd] = false;
	return (int)syscall(SYS_close, fd);
}
