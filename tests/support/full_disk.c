/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For LD_PRELOAD: a disk that is full. While the symbolic link $FULL_DISK exists, files below the
 * folder it leads to take no bytes and no file is made there: ENOSPC. Overwriting needs room as
 * well, as on a disk that copies what is written.
 */
/* The program calls open() and the like under these names; with it they would be open64(). */
#undef _FILE_OFFSET_BITS
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static bool is_below_full_folder(int fd)
{
	char folder[PATH_MAX], path[PATH_MAX], of[32];
	const char *flag = getenv("FULL_DISK");
	ssize_t most = flag ? readlink(flag, folder, sizeof(folder)) : -1;
	ssize_t length;

	if (most < 0)
		return false;
	snprintf(of, sizeof(of), "/proc/self/fd/%d", fd);
	length = readlink(of, path, sizeof(path));
	return length > most && path[most] == '/' && memcmp(path, folder, (size_t)most) == 0;
}

/* What a call that goes well leaves in errno is not ours to change. */
static bool has_room(int fd)
{
	int before = errno;
	bool full = is_below_full_folder(fd);

	errno = full ? ENOSPC : before;
	return !full;
}

ssize_t write(int fd, const void *data, size_t size)
{
	return has_room(fd) ? syscall(SYS_write, fd, data, size) : -1;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	return has_room(fd) ? syscall(SYS_pwrite64, fd, data, size, at) : -1;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
	return has_room(fd) ? syscall(SYS_pwritev, fd, parts, (long)count, at, 0L) : -1;
}

int posix_fallocate(int fd, off_t at, off_t size)
{
	int before = errno, error = 0;

	if (!has_room(fd) || syscall(SYS_fallocate, fd, 0L, at, size) != 0)
		error = errno;
	errno = before;
	return error;
}

int ftruncate(int fd, off_t size)
{
	struct stat now;

	if (fstat(fd, &now) == 0 && size > now.st_size && !has_room(fd))
		return -1;
	return (int)syscall(SYS_ftruncate, fd, size);
}

int open(const char *path, int flags, ...)
{
	bool makes = (flags & O_CREAT) && access(path, F_OK) != 0;
	mode_t mode = 0;
	va_list more;
	int fd;

	va_start(more, flags);
	if (flags & O_CREAT)
		mode = va_arg(more, mode_t);
	va_end(more);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fd >= 0 && makes && !has_room(fd)) {
		syscall(SYS_close, fd);
		unlink(path);
		errno = ENOSPC;
		return -1;
	}
	return fd;
}
