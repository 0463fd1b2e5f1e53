/* SPDX-License-Identifier: Apache-2.0 */
#include "service/lookup_log.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"
#include "store/db.h"
#include "store/people.h"

enum { OLD_SECONDS = 120 };

struct portion {
	struct lookup_row *rows;
	size_t count;
};

static ST add_portion(struct ctx *cx, struct db *db, void *arg)
{
	const struct portion *p = arg;

	return people_add_lookups(cx, db, p->rows, p->count);
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

/* Repeating it is harmless: the rows carry their own keys. */
static ST load_bytes(struct ctx *cx, struct db *db, struct str bytes, size_t *rows)
{
	struct portion p = {arena_array(cx->arena, LIMIT_PORTION_LINES, sizeof(*p.rows)), 0};
	struct lookup_line line;
	bool more;

	do {
		more = lookup_line_next(&bytes, &line);
		if (more)
			row_of(&line, &p.rows[p.count++]);
		if (p.count == LIMIT_PORTION_LINES || (!more && p.count)) {
			TRY(tx_run(cx, db, TX_WRITE, add_portion, &p));
			*rows += p.count;
			p.count = 0;
		}
	} while (more);
	return OK;
}

static ST read_file(struct ctx *cx, int dir, const char *name, struct str *out)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	size_t n = 0;
	char *p;

	*out = (struct str){0};
	if (fd < 0)
		return fail(cx, FILE_OPEN, "%s", name);
	if (fstat(fd, &st) != 0 || st.st_size > 2 * LOOKUP_SEGMENT_BYTES) {
		close(fd);
		return fail(cx, FILE_TOO_BIG, "%s", name);
	}
	p = arena_alloc(cx->arena, (size_t)st.st_size + 1);
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, p + n, (size_t)st.st_size - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	*out = (struct str){p, n};
	return OK;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* A finished segment, or one whose worker has died: nobody writes it any more. */
static bool is_ready(const struct ctx *cx, int dir, const char *name)
{
	struct stat st;

	if (strncmp(name, "lookup-", 7) != 0)
		return false;
	if (ends_in(name, ".done"))
		return true;
	return ends_in(name, ".open") && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_mtime + OLD_SECONDS < cx->clock->now(cx->clock).us / 1000000;
}

ST lookup_load(struct ctx *cx, struct db *db, const char *dir_path, size_t *rows)
{
	int dir = open(dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = dir >= 0 ? fdopendir(dir) : NULL;
	struct dirent *e;
	enum st st = OK;

	*rows = 0;
	if (!list) {
		if (dir >= 0)
			close(dir);
		return fail_in(cx, 0, "lookup-dir", FILE_OPEN, "%s", dir_path);
	}
	while (st == OK && (e = readdir(list))) {
		struct str bytes;

		if (!is_ready(cx, dir, e->d_name))
			continue;
		st = read_file(cx, dir, e->d_name, &bytes);
		if (st == OK)
			st = load_bytes(cx, db, bytes, rows);
		if (st == OK && unlinkat(dir, e->d_name, 0) != 0)
			st = fail(cx, FILE_WRITE, "%s", e->d_name);
	}
	closedir(list);
	return st;
}
