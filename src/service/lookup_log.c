/* SPDX-License-Identifier: Apache-2.0 */
#include "service/lookup_log.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/heap.h"

/* A worker comes by twice a second, so that no row waits longer than one. */
enum { FLUSH_US = 500000, SEGMENT_US = 10 * 1000000 };

struct lookup_log {
	char open_name[64], done_name[64];
	int dir_fd, fd;
	size_t segment_bytes;
	int64_t first_us;  /* monotonic time of the oldest row in memory */
	int64_t opened_us; /* of the present segment */
	int64_t now_us;
	size_t rows, lost;
	unsigned char bytes[LOOKUP_BUFFER_ROWS * LOOKUP_ROW_BYTES];
};

static const unsigned char check_key[16];

static void pack(unsigned char *p, const struct lookup_line *row)
{
	uint64_t words[4] = {htole64((uint64_t)row->at.us), htole64(row->network),
		htole64(row->person), htole64(row->trace)};
	uint64_t check;

	memcpy(p, "LK1\n", 4);
	p[4] = row->channel;
	p[5] = row->result;
	p[6] = (unsigned char)row->from;
	p[7] = row->role;
	memcpy(p + 8, words, sizeof(words));
	check = htole64(digest_siphash(check_key, p, 40));
	memcpy(p + 40, &check, 8);
}

bool lookup_line_next(struct str *rest, struct lookup_line *out)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	uint64_t words[5];

	if (rest->n < LOOKUP_ROW_BYTES || memcmp(p, "LK1\n", 4) != 0)
		return false;
	memcpy(words, p + 8, sizeof(words));
	if (le64toh(words[4]) != digest_siphash(check_key, p, 40) || p[6] > LOOKUP_FROM_LOOPBACK)
		return false;
	*out = (struct lookup_line){
		.channel = p[4],
		.result = p[5],
		.from = (enum lookup_from)p[6],
		.role = p[7],
		.at = {(int64_t)le64toh(words[0])},
		.network = le64toh(words[1]),
		.person = le64toh(words[2]),
		.trace = le64toh(words[3]),
	};
	*rest = (struct str){rest->p + LOOKUP_ROW_BYTES, rest->n - LOOKUP_ROW_BYTES};
	return true;
}

ST lookup_log_open(struct ctx *cx, const char *dir, struct lookup_log **out)
{
	struct lookup_log *log = heap_item(sizeof(*log));

	log->fd = -1;
	log->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (log->dir_fd < 0 || faccessat(log->dir_fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		if (log->dir_fd >= 0)
			close(log->dir_fd);
		heap_free_item(log);
		return fail_in(cx, 0, "lookup-dir", FILE_OPEN, "%s", dir);
	}
	*out = log;
	return OK;
}

/* A name that no other worker, and no worker before this one, has used. */
static bool segment_open(struct lookup_log *log)
{
	uint64_t salt;

	rng_bytes(&salt, sizeof(salt));
	snprintf(log->open_name, sizeof(log->open_name), "lookup-%016" PRIx64 ".open", salt);
	snprintf(log->done_name, sizeof(log->done_name), "lookup-%016" PRIx64 ".done", salt);
	log->fd = openat(log->dir_fd, log->open_name,
		O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
	log->segment_bytes = 0;
	log->opened_us = log->now_us;
	return log->fd >= 0;
}

static void segment_close(struct lookup_log *log)
{
	if (log->fd < 0)
		return;
	/* A failure leaves *.open behind, which `work` takes too once no worker holds it. */
	if (fdatasync(log->fd) == 0)
		(void)!renameat(log->dir_fd, log->open_name, log->dir_fd, log->done_name);
	close(log->fd);
	log->fd = -1;
}

static void write_rows(struct lookup_log *log)
{
	size_t n = log->rows * LOOKUP_ROW_BYTES;
	ssize_t written = -1;

	if (log->fd >= 0 || segment_open(log))
		written = write(log->fd, log->bytes, n);
	if (written != (ssize_t)n) {
		/* A torn row would hide those behind it: what is half written is cut off again. */
		if (written > 0 && ftruncate(log->fd, (off_t)log->segment_bytes) != 0)
			segment_close(log);
		log->lost += log->rows;
	} else {
		log->segment_bytes += n;
	}
	log->rows = 0;
}

void lookup_log_add(struct lookup_log *log, const struct lookup_line *row)
{
	if (log->rows == LOOKUP_BUFFER_ROWS)
		write_rows(log);
	if (log->rows == 0)
		log->first_us = log->now_us;
	pack(log->bytes + log->rows * LOOKUP_ROW_BYTES, row);
	log->rows++;
}

size_t lookup_log_flush(struct lookup_log *log, int64_t monotonic_us, bool now)
{
	size_t lost;

	log->now_us = monotonic_us;
	if (log->rows && (now || monotonic_us - log->first_us >= FLUSH_US))
		write_rows(log);
	if (log->fd >= 0 && (log->segment_bytes >= LOOKUP_SEGMENT_BYTES ||
				    monotonic_us - log->opened_us >= SEGMENT_US))
		segment_close(log);
	lost = log->lost;
	log->lost = 0;
	return lost;
}

void lookup_log_close(struct lookup_log *log)
{
	if (!log)
		return;
	lookup_log_flush(log, log->now_us, true);
	segment_close(log);
	close(log->dir_fd);
	heap_free_item(log);
}
