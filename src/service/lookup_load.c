/* SPDX-License-Identifier: Apache-2.0 */
#include "service/lookup_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "limits.h"
#include "store/db.h"
#include "store/people.h"

enum { OLD_SECONDS = 120, PORTION_BYTES = LIMIT_PORTION_LINES * LOOKUP_ROW_BYTES };

/* One portion after the other, in the same memory: a backlog may be larger than any. */
struct load {
	struct ctx *cx;
	struct db *db;
	int dir;
	char *bytes;
	struct lookup_row *rows;
	size_t count;
	size_t damaged; /* rows of the present segment */
};

static ST add_portion(struct ctx *cx, struct db *db, void *arg)
{
	const struct load *l = arg;

	return people_add_lookups(cx, db, l->rows, l->count);
}

static void row_of(const struct lookup_line *line, struct lookup_row *out)
{
	*out = (struct lookup_row){
		.person = (int64_t)line->person,
		.at = line->at,
		.channel = line->channel,
		.role = line->role,
	};
	memcpy(out->id, &line->trace, 8);
	memcpy(out->id + 8, &line->network, 8);
}

/* As many bytes as there are, up to a portion. */
static ST read_portion(struct load *l, int fd, const char *name, size_t *n)
{
	*n = 0;
	while (*n < PORTION_BYTES) {
		ssize_t got = read(fd, l->bytes + *n, PORTION_BYTES - *n);

		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return fail(l->cx, FILE_READ, "%s", name);
		*n += got > 0 ? (size_t)got : 0;
	}
	return OK;
}

/* A damaged row hides none behind it; a torn one at the end is what a killed worker left. */
static void parse(struct load *l, struct str bytes)
{
	struct lookup_line line;

	l->count = 0;
	while (bytes.n >= LOOKUP_ROW_BYTES) {
		if (lookup_line_next(&bytes, &line)) {
			row_of(&line, &l->rows[l->count++]);
			continue;
		}
		l->damaged++;
		bytes = (struct str){bytes.p + LOOKUP_ROW_BYTES, bytes.n - LOOKUP_ROW_BYTES};
	}
}

/* Repeating it is harmless: the rows carry their own keys. */
static ST load_file(struct load *l, const char *name, size_t *rows)
{
	int fd = openat(l->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	enum st st;
	size_t n;

	if (fd < 0)
		return fail(l->cx, FILE_OPEN, "%s", name);
	l->damaged = 0;
	do {
		st = read_portion(l, fd, name, &n);
		if (st != OK)
			break;
		parse(l, (struct str){l->bytes, n});
		if (l->count)
			st = tx_run(l->cx, l->db, TX_WRITE, add_portion, l);
		if (st == OK)
			*rows += l->count;
	} while (st == OK && n == PORTION_BYTES);
	close(fd);
	return st;
}

/* What cannot be read whole is kept for people to look at, under a name that is not read again. */
static ST put_away(struct load *l, const char *name)
{
	char bad[NAME_MAX + 8];

	if (l->damaged == 0)
		return unlinkat(l->dir, name, 0) == 0 ? OK : fail(l->cx, FILE_WRITE, "%s", name);
	log_event(l->cx, LOG_BROKEN, "lookup.damaged", "file=%s rows=%zu", name, l->damaged);
	snprintf(bad, sizeof(bad), "%s.bad", name);
	if (renameat(l->dir, name, l->dir, bad) != 0)
		return fail(l->cx, FILE_WRITE, "%s", name);
	return OK;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* A finished segment, or one whose worker has died: nobody writes it any more. */
static bool is_ready(const struct load *l, const char *name)
{
	const struct clock *clock = l->cx->clock;
	struct stat st;

	if (strncmp(name, "lookup-", 7) != 0)
		return false;
	if (ends_in(name, ".done"))
		return true;
	return ends_in(name, ".open") && fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_mtime + OLD_SECONDS < clock->now(clock).us / 1000000;
}

/* A file that cannot be read or removed must not hold up the others; the database may. */
static ST load_all(struct load *l, DIR *list, size_t *rows)
{
	struct err_slot first = {.code = ERR_NONE};
	struct dirent *e;

	while ((e = readdir(list))) {
		enum st st;

		if (!is_ready(l, e->d_name))
			continue;
		st = load_file(l, e->d_name, rows);
		if (st == OK)
			st = put_away(l, e->d_name);
		if (st == OK)
			continue;
		if (first.code == ERR_NONE)
			first = l->cx->err;
		if (l->cx->err.code != ERR_FILE_OPEN && l->cx->err.code != ERR_FILE_READ &&
			l->cx->err.code != ERR_FILE_WRITE)
			break;
		err_clear(l->cx);
	}
	l->cx->err = first;
	return err_info(first.code)->class;
}

ST lookup_load(struct ctx *cx, struct db *db, const char *dir_path, size_t *rows)
{
	struct load l = {.cx = cx, .db = db};
	DIR *list = NULL;
	enum st st;

	*rows = 0;
	l.dir = open(dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l.dir >= 0)
		list = fdopendir(l.dir);
	if (!list) {
		if (l.dir >= 0)
			close(l.dir);
		return fail_in(cx, 0, "lookup-dir", FILE_OPEN, "%s", dir_path);
	}
	l.bytes = arena_alloc(cx->arena, PORTION_BYTES);
	l.rows = arena_array(cx->arena, LIMIT_PORTION_LINES, sizeof(*l.rows));
	st = load_all(&l, list, rows);
	closedir(list);
	return st;
}
