/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/http/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"

#define STATE_FD "SAQTA_STATE_FD"

/* In front of the memory, in every version of the program. */
struct front {
	char magic[8];
	uint64_t bytes; /* of the whole: tells the layouts apart */
	struct token_key key;
};

static const char magic[8] = "saqtast1";

struct layout {
	size_t slots, metrics, throttle, bytes;
};

static size_t round_up(size_t n)
{
	return (n + 63) & ~(size_t)63;
}

static struct layout layout_now(void)
{
	struct layout at;

	at.slots = round_up(sizeof(struct front));
	at.metrics = round_up(at.slots + SERVER_WORKERS_MAX * sizeof(struct loop_slot));
	at.throttle = round_up(at.metrics + metrics_bytes());
	at.bytes = round_up(at.throttle + throttle_bytes());
	return at;
}

/* The descriptor that was handed on, when it is what it says. */
static bool inherited(struct front *front, int *out)
{
	const char *text = getenv(STATE_FD);
	uint64_t number;
	struct stat st;
	int fd;

	if (!text || !str_to_u64(str_of(text), 1 << 20, &number))
		return false;
	fd = (int)number;
	if (fstat(fd, &st) != 0 || pread(fd, front, sizeof(*front), 0) != sizeof(*front) ||
		memcmp(front->magic, magic, sizeof(magic)) != 0 ||
		(uint64_t)st.st_size != front->bytes)
		return false;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	*out = fd;
	return true;
}

static ST make(struct ctx *cx, const struct layout *at, const struct front *old, int *out)
{
	struct front front = {.bytes = at->bytes};
	int fd = memfd_create("saqta-state", MFD_CLOEXEC);

	memcpy(front.magic, magic, sizeof(magic));
	if (old)
		front.key = old->key;
	else
		rng_bytes(&front.key, sizeof(front.key));
	if (fd < 0 || ftruncate(fd, (off_t)at->bytes) != 0 ||
		pwrite(fd, &front, sizeof(front), 0) != sizeof(front))
		return fail(cx, FILE_OPEN, "%s", "shared memory");
	*out = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	return OK;
}

ST shared_open(struct ctx *cx, struct shared *out)
{
	struct layout at = layout_now();
	struct front front;
	bool old = inherited(&front, &out->fd);
	char *p;

	unsetenv(STATE_FD);
	if (!old || front.bytes != at.bytes) {
		int before = old ? out->fd : -1;

		TRY(make(cx, &at, old ? &front : NULL, &out->fd));
		if (before >= 0)
			close(before);
	}
	p = mmap(NULL, at.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, out->fd, 0);
	if (p == MAP_FAILED)
		return fail(cx, FILE_OPEN, "%s", "shared memory");
	out->token_key = &((struct front *)(void *)p)->key;
	out->slots = (struct loop_slot *)(void *)(p + at.slots);
	out->metrics = (struct metrics *)(void *)(p + at.metrics);
	out->throttle = (struct throttle *)(void *)(p + at.throttle);
	throttle_start(out->throttle);
	return OK;
}

void shared_hand_on(const struct shared *s)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", s->fd);
	(void)fcntl(s->fd, F_SETFD, 0);
	setenv(STATE_FD, text, 1);
}
