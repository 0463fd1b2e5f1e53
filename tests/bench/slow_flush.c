/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For LD_PRELOAD: a flush to the disk takes a millisecond longer, as on a disk that has no memory
 * to flush into. Benchmarks on a machine whose disk answers at once say with it what they would on
 * another.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FLUSH_NS = 1000000 };

static void wait_for_disk(void)
{
	nanosleep(&(struct timespec){.tv_nsec = FLUSH_NS}, NULL);
}

int fdatasync(int fd)
{
	int result = (int)syscall(SYS_fdatasync, fd);

	wait_for_disk();
	return result;
}

int fsync(int fd)
{
	int result = (int)syscall(SYS_fsync, fd);

	wait_for_disk();
	return result;
}
