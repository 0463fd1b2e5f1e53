/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Death tests: whether a function aborts, tried in a child process that says and leaves nothing.
 */
#ifndef SUPPORT_DIES_H
#define SUPPORT_DIES_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static inline bool test_dies(void (*fn)(void *), void *arg)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		const struct rlimit none = {0, 0};
		int quiet = open("/dev/null", O_WRONLY);

		setrlimit(RLIMIT_CORE, &none);
		dup2(quiet, STDERR_FILENO);
		dup2(quiet, STDOUT_FILENO);
		sigaction(SIGABRT, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
		fn(arg);
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}

#endif
