/* SPDX-License-Identifier: Apache-2.0 */
/* Look-up rows: from a worker's memory through its segments into the table, each once. */
#include "service/lookup_log.h"

#include "support/store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/log.h"
#include "limits.h"

enum { SECOND = 1000000 };

struct world {
	struct fixture f;
	struct lookup_log *log;
	char dir[64];
};

static void world_start(struct world *w)
{
	fixture_start(&w->f);
	snprintf(w->dir, sizeof(w->dir), "/tmp/saqta-lookups-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	assert_int_equal(lookup_log_open(&w->f.cx, w->dir, &w->log), OK);
}

/* The names that end so, and the bytes of all of them; removes them when asked. */
static size_t look(struct world *w, const char *end, size_t *bytes, bool removes)
{
	DIR *list = opendir(w->dir);
	struct dirent *e;
	size_t found = 0;

	assert_non_null(list);
	*bytes = 0;
	while ((e = readdir(list))) {
		size_t n = strlen(e->d_name), m = strlen(end);
		struct stat st;

		if (n < m || e->d_name[0] == '.' || strcmp(e->d_name + n - m, end) != 0)
			continue;
		assert_int_equal(fstatat(dirfd(list), e->d_name, &st, 0), 0);
		*bytes += (size_t)st.st_size;
		found++;
		if (removes)
			assert_int_equal(unlinkat(dirfd(list), e->d_name, 0), 0);
	}
	closedir(list);
	return found;
}

static size_t count(struct world *w, const char *end)
{
	size_t bytes;

	return look(w, end, &bytes, false);
}

static size_t bytes_of(struct world *w, const char *end)
{
	size_t bytes;

	look(w, end, &bytes, false);
	return bytes;
}

static void world_end(struct world *w)
{
	size_t bytes;

	lookup_log_close(w->log);
	look(w, "", &bytes, true);
	assert_int_equal(rmdir(w->dir), 0);
	fixture_end(&w->f);
}

static struct lookup_line line_of(unsigned n)
{
	return (struct lookup_line){
		.channel = (uint8_t)(n % 5),
		.result = (uint8_t)(n % 4),
		.from = (enum lookup_from)(n % 3),
		.role = (uint8_t)(n % 3),
		.at = {1780000000LL * SECOND + n},
		.network = 0x1122334455667788ULL + n,
		.person = 77,
		.trace = 0xfedcba9876543210ULL ^ n,
	};
}

static void add(struct lookup_log *log, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		const struct lookup_line line = line_of(i);

		lookup_log_add(log, &line);
	}
}

static struct str read_one(struct world *w, const char *end)
{
	DIR *list = opendir(w->dir);
	char *p = arena_alloc(w->f.cx.arena, 1 << 20);
	struct dirent *e;
	ssize_t n = -1;

	assert_non_null(list);
	while ((e = readdir(list))) {
		size_t len = strlen(e->d_name);
		int fd;

		if (len < strlen(end) || strcmp(e->d_name + len - strlen(end), end) != 0)
			continue;
		fd = openat(dirfd(list), e->d_name, O_RDONLY);
		n = read(fd, p, 1 << 20);
		close(fd);
	}
	closedir(list);
	assert_true(n >= 0);
	return (struct str){p, (size_t)n};
}

static void put_file(struct world *w, const char *name, struct str bytes)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	close(fd);
}

/* Rows loaded by one call, which must end so. */
static size_t load(struct world *w, enum st want)
{
	size_t rows;

	assert_int_equal(lookup_load(&w->f.cx, w->f.db, w->dir, &rows), want);
	err_clear(&w->f.cx);
	return rows;
}

/* Rows of the person in the table. */
static size_t stored(struct world *w)
{
	struct lookup_row *rows;
	size_t n;

	assert_int_equal(people_lookups(&w->f.cx, w->f.db, 77, 20000, &rows, &n), OK);
	return n;
}

static void row_comes_back(void **state)
{
	struct world w;
	struct lookup_line got;
	struct str rest;

	(void)state;
	world_start(&w);
	add(w.log, 0, 60);
	assert_int_equal(lookup_log_flush(w.log, 0, true), 0);
	rest = read_one(&w, ".open");
	assert_int_equal(rest.n, 60 * LOOKUP_ROW_BYTES);
	for (unsigned i = 0; i < 60; i++) {
		const struct lookup_line want = line_of(i);

		assert_true(lookup_line_next(&rest, &got));
		assert_memory_equal(&got.at, &want.at, sizeof(got.at));
		assert_true(got.channel == want.channel && got.result == want.result);
		assert_true(got.from == want.from && got.role == want.role);
		assert_true(got.network == want.network && got.person == want.person);
		assert_true(got.trace == want.trace);
	}
	assert_false(lookup_line_next(&rest, &got));
	world_end(&w);
}

static void any_changed_bit_is_seen(void **state)
{
	struct world w;
	struct lookup_line got;
	char row[LOOKUP_ROW_BYTES];
	struct str bytes;

	(void)state;
	world_start(&w);
	add(w.log, 5, 6);
	lookup_log_flush(w.log, 0, true);
	bytes = read_one(&w, ".open");
	for (size_t bit = 0; bit < (size_t)LOOKUP_ROW_BYTES * 8; bit++) {
		struct str one = {row, sizeof(row)};

		memcpy(row, bytes.p, sizeof(row));
		row[bit / 8] = (char)(row[bit / 8] ^ 1 << bit % 8);
		assert_false(lookup_line_next(&one, &got));
		assert_int_equal(one.n, sizeof(row));
	}
	for (size_t n = 0; n < LOOKUP_ROW_BYTES; n++) {
		struct str torn = {bytes.p, n};

		assert_false(lookup_line_next(&torn, &got));
	}
	world_end(&w);
}

static void rows_wait_half_a_second(void **state)
{
	struct world w;

	(void)state;
	world_start(&w);
	assert_int_equal(lookup_log_flush(w.log, 10 * SECOND, false), 0);
	assert_int_equal(count(&w, ""), 0);
	add(w.log, 0, 3);
	lookup_log_flush(w.log, 10 * SECOND + SECOND / 2 - 1, false);
	assert_int_equal(count(&w, ""), 0);
	/* A worker comes by each half second: none is older than one. */
	lookup_log_flush(w.log, 10 * SECOND + SECOND / 2, false);
	assert_int_equal(bytes_of(&w, ".open"), 3 * LOOKUP_ROW_BYTES);
	add(w.log, 3, 4);
	lookup_log_flush(w.log, 10 * SECOND + SECOND / 2, true);
	assert_int_equal(bytes_of(&w, ".open"), 4 * LOOKUP_ROW_BYTES);
	world_end(&w);
}

static void segments_end(void **state)
{
	struct world w;
	unsigned rows = LOOKUP_SEGMENT_BYTES / LOOKUP_ROW_BYTES;

	(void)state;
	world_start(&w);
	/* By age: a segment is not open for more than ten seconds. */
	add(w.log, 0, 1);
	lookup_log_flush(w.log, 0, true);
	lookup_log_flush(w.log, 10 * SECOND - 1, false);
	assert_int_equal(count(&w, ".done"), 0);
	lookup_log_flush(w.log, 10 * SECOND, false);
	assert_int_equal(count(&w, ".done"), 1);
	assert_int_equal(count(&w, ".open"), 0);
	/* By size; the memory is written by itself when it is full. */
	add(w.log, 0, LOOKUP_BUFFER_ROWS);
	assert_int_equal(count(&w, ".open"), 0);
	add(w.log, 0, 1);
	assert_int_equal(bytes_of(&w, ".open"), LOOKUP_BUFFER_ROWS * LOOKUP_ROW_BYTES);
	add(w.log, 0, rows);
	lookup_log_flush(w.log, 10 * SECOND, true);
	assert_int_equal(count(&w, ".done"), 2);
	/* At the end of the worker. */
	add(w.log, 0, 7);
	lookup_log_close(w.log);
	assert_int_equal(count(&w, ".done"), 3);
	assert_int_equal(count(&w, ".open"), 0);
	assert_int_equal(lookup_log_open(&w.f.cx, w.dir, &w.log), OK);
	world_end(&w);
}

static void loaded_once(void **state)
{
	struct world w;
	struct str copy;

	(void)state;
	world_start(&w);
	add(w.log, 0, 900);
	lookup_log_flush(w.log, 0, true);
	/* Still written: not touched. */
	assert_int_equal(load(&w, OK), 0);
	assert_int_equal(count(&w, ".open"), 1);
	lookup_log_flush(w.log, 10 * SECOND, false);
	copy = read_one(&w, ".done");
	assert_int_equal(load(&w, OK), 900);
	assert_int_equal(count(&w, ""), 0);
	assert_int_equal(stored(&w), 900);
	/* Killed between its commit and the removal of the file: the same rows again. */
	put_file(&w, "lookup-again.done", copy);
	load(&w, OK);
	assert_int_equal(count(&w, ""), 0);
	assert_int_equal(stored(&w), 900);
	assert_int_equal(load(&w, OK), 0);
	world_end(&w);
}

static void killed_worker(void **state)
{
	struct world w;
	int status;

	(void)state;
	world_start(&w);
	pid_t pid = fork();
	if (pid == 0) {
		add(w.log, 0, 2 * LOOKUP_BUFFER_ROWS + 10);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	/* Two buffers were written by themselves; ten rows died with it. */
	assert_int_equal(bytes_of(&w, ".open"), 2 * LOOKUP_BUFFER_ROWS * LOOKUP_ROW_BYTES);
	w.f.clock.at.us = ((int64_t)time(NULL) + 60) * SECOND;
	assert_int_equal(load(&w, OK), 0);
	w.f.clock.at.us = ((int64_t)time(NULL) + 130) * SECOND;
	assert_int_equal(load(&w, OK), 2 * LOOKUP_BUFFER_ROWS);
	assert_int_equal(count(&w, ""), 0);
	assert_int_equal(stored(&w), 2 * LOOKUP_BUFFER_ROWS);
	world_end(&w);
}

static void torn_at_each_byte(void **state)
{
	struct world w;
	struct str whole;

	(void)state;
	world_start(&w);
	add(w.log, 0, 3);
	lookup_log_flush(w.log, 0, true);
	lookup_log_flush(w.log, 10 * SECOND, false);
	whole = read_one(&w, ".done");
	assert_int_equal(load(&w, OK), 3);
	for (size_t n = 0; n <= whole.n; n++) {
		put_file(&w, "lookup-torn.done", (struct str){whole.p, n});
		assert_int_equal(load(&w, OK), n / LOOKUP_ROW_BYTES);
		assert_int_equal(count(&w, ""), 0);
	}
	assert_int_equal(stored(&w), 3);
	world_end(&w);
}

static void damaged_row_hides_none(void **state)
{
	struct world w;
	struct str whole;

	(void)state;
	world_start(&w);
	add(w.log, 0, 10);
	lookup_log_flush(w.log, 0, true);
	lookup_log_flush(w.log, 10 * SECOND, false);
	whole = read_one(&w, ".done");
	memset((char *)(uintptr_t)whole.p + 4 * LOOKUP_ROW_BYTES + 20, 0, 8);
	load(&w, OK);
	put_file(&w, "lookup-damaged.done", whole);
	log_set_level(LOG_BROKEN + 1);
	assert_int_equal(load(&w, OK), 9);
	/* Kept for people, under a name that is not read again. */
	assert_int_equal(count(&w, ".done.bad"), 1);
	assert_int_equal(load(&w, OK), 0);
	log_set_level(LOG_INFO);
	world_end(&w);
}

static void one_bad_file_stops_no_other(void **state)
{
	struct world w;
	char path[128];

	(void)state;
	world_start(&w);
	snprintf(path, sizeof(path), "%s/lookup-0.done", w.dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	for (unsigned i = 0; i < 20; i++) {
		add(w.log, i, i + 1);
		lookup_log_flush(w.log, (20 * i) * SECOND, true);
		lookup_log_flush(w.log, (20 * i + 10) * SECOND, false);
	}
	put_file(&w, "other.done", STR_LIT("not ours"));
	assert_int_equal(load(&w, E_ABSENT), 20);
	assert_int_equal(stored(&w), 20);
	assert_int_equal(count(&w, ""), 2);
	world_end(&w);
}

static void backlog_larger_than_memory(void **state)
{
	struct world w;
	struct arena *before;
	unsigned at = 0;

	(void)state;
	world_start(&w);
	for (unsigned i = 0; i < 30; i++, at += 4000) {
		add(w.log, at, at + 4000);
		lookup_log_flush(w.log, (20 * i) * SECOND, true);
		lookup_log_flush(w.log, (20 * i + 10) * SECOND, false);
	}
	assert_int_equal(count(&w, ".done"), 30);
	before = w.f.cx.arena;
	w.f.cx.arena = arena_new(2 << 20); /* less than the 5.8 MB of the segments */
	assert_int_equal(load(&w, OK), at);
	arena_free(w.f.cx.arena);
	w.f.cx.arena = before;
	assert_int_equal(count(&w, ""), 0);
	world_end(&w);
}

static void set_file_limit(rlim_t bytes)
{
	struct rlimit limit = {bytes, RLIM_INFINITY};

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void full_disk(void **state)
{
	struct world w;
	struct sigaction before;

	(void)state;
	world_start(&w);
	sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, &before);
	set_file_limit(1000); /* room for 20 rows and a piece of one */
	add(w.log, 0, 10);
	assert_int_equal(lookup_log_flush(w.log, 0, true), 0);
	add(w.log, 10, 40);
	assert_int_equal(lookup_log_flush(w.log, SECOND, true), 30);
	/* What was half written is cut off, so that what comes later can be read. */
	assert_int_equal(bytes_of(&w, ".open"), 10 * LOOKUP_ROW_BYTES);
	set_file_limit(RLIM_INFINITY);
	add(w.log, 40, 45);
	assert_int_equal(lookup_log_flush(w.log, 2 * SECOND, true), 0);
	lookup_log_flush(w.log, 20 * SECOND, false);
	assert_int_equal(load(&w, OK), 15);
	assert_int_equal(stored(&w), 15);
	sigaction(SIGXFSZ, &before, NULL);
	world_end(&w);
}

/* The folder vanished or cannot be written: rows are counted as lost, the worker lives. */
static void no_folder(void **state)
{
	struct world w;
	struct lookup_log *none;
	size_t rows;

	(void)state;
	world_start(&w);
	assert_int_equal(lookup_log_open(&w.f.cx, "/nowhere/at/all", &none), E_ABSENT);
	assert_int_equal(w.f.cx.err.code, ERR_FILE_OPEN);
	err_clear(&w.f.cx);
	assert_int_equal(lookup_load(&w.f.cx, w.f.db, "/nowhere/at/all", &rows), E_ABSENT);
	err_clear(&w.f.cx);
	assert_int_equal(rmdir(w.dir), 0);
	add(w.log, 0, LOOKUP_BUFFER_ROWS + 1);
	assert_int_equal(lookup_log_flush(w.log, SECOND, true), LOOKUP_BUFFER_ROWS + 1);
	assert_int_equal(mkdir(w.dir, 0700), 0);
	world_end(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_comes_back),
		cmocka_unit_test(any_changed_bit_is_seen),
		cmocka_unit_test(rows_wait_half_a_second),
		cmocka_unit_test(segments_end),
		cmocka_unit_test(loaded_once),
		cmocka_unit_test(killed_worker),
		cmocka_unit_test(torn_at_each_byte),
		cmocka_unit_test(damaged_row_hides_none),
		cmocka_unit_test(one_bad_file_stops_no_other),
		cmocka_unit_test(backlog_larger_than_memory),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(no_folder),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
