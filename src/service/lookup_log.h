/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-up rows, written behind the answers: each worker appends to a segment file of its own, in
 * one write for all rows since the last, at least each second. A segment that is full or ten
 * seconds old is brought to the disk and renamed to *.done; `work` loads such files into the table
 * of look-ups and removes them. A row lost with its worker is at most a second old, one lost with
 * the machine at most ten.
 *
 * Row, 48 bytes, little endian: magic "LK1\n" (4), channel (1), result (1), address class (1),
 * role (1), instant µs (8), keyed hash of the network (8), person key (8), trace (8), check (8:
 * SipHash of the 40 bytes before, key = zeros; finds a torn end, guards against nothing else).
 */
#ifndef SERVICE_LOOKUP_LOG_H
#define SERVICE_LOOKUP_LOG_H

#include "base/ctx.h"

enum { LOOKUP_ROW_BYTES = 48, LOOKUP_BUFFER_ROWS = 1024, LOOKUP_SEGMENT_BYTES = 16 << 20 };

enum lookup_from { LOOKUP_FROM_V4, LOOKUP_FROM_V6, LOOKUP_FROM_LOOPBACK };

struct lookup_line {
	uint8_t channel; /* enum channel */
	uint8_t result;  /* enum lookup_result */
	enum lookup_from from;
	uint8_t role; /* enum actor_role */
	struct instant at;
	uint64_t network; /* throttle_hash() of the /24 or /64 */
	uint64_t person;  /* keyed hash of the IIN under the secret of the installation */
	uint64_t trace;
};

struct lookup_log;

/* `dir` must exist and let us write. Errors: FILE_OPEN. */
ST lookup_log_open(struct ctx *cx, const char *dir, struct lookup_log **out);
/* Into memory; flushes by itself when the memory is full. */
void lookup_log_add(struct lookup_log *log, const struct lookup_line *row);
/*
 * Writes what waits when it is older than half a second, or `now`; to be called twice a second.
 * Returns the rows that could not be
 * written and are lost (a full disk).
 */
size_t lookup_log_flush(struct lookup_log *log, int64_t monotonic_us, bool now);
/* Flushes, closes and renames to *.done. */
void lookup_log_close(struct lookup_log *log);

/*
 * Takes the first row off the bytes of a segment. False at the end and at a damaged row: what is
 * behind that is left in `*rest`.
 */
bool lookup_line_next(struct str *rest, struct lookup_line *out);

struct db;

/*
 * Loads every finished segment of the folder into the table of look-ups and removes it; also one
 * that has not been touched for two minutes, whose worker is dead. Running it twice adds nothing. A
 * segment with a damaged row is loaded but for that and kept as *.bad. A file that cannot be read
 * or removed stops no other; the first such error is returned. Errors: FILE_OPEN, FILE_READ,
 * FILE_WRITE, DB_*.
 */
ST lookup_load(struct ctx *cx, struct db *db, const char *dir, size_t *rows);

#endif
