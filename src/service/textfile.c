/* SPDX-License-Identifier: Apache-2.0 */
#include "service/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"

enum { COPY_BYTES = 1 << 16, PAGE_BYTES = 1 << 16 /* a multiple of the page of any machine */ };

static ST write_all(struct ctx *cx, int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return fail(cx, FILE_WRITE, "%s", strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
	return OK;
}

static ST copy_all(struct ctx *cx, int from, int to)
{
	char *piece = arena_alloc(cx->arena, COPY_BYTES);
	int64_t total = 0;

	for (;;) {
		ssize_t n = read(from, piece, COPY_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(cx, FILE_READ, "%s", strerror(errno));
		if (n == 0)
			return OK;
		total += n;
		if (total > LIMIT_IMPORT_FILE_BYTES)
			return fail(cx, FILE_TOO_BIG, "%lld", (long long)total);
		TRY(write_all(cx, to, piece, (size_t)n));
	}
}

/* What cannot be mapped becomes a file that has no name and ends with this process. */
static ST keep_stream(struct ctx *cx, struct textfile *f)
{
	const char *folder = getenv("TMPDIR");
	int from = f->fd;
	enum st st;

	folder = folder && *folder ? folder : "/tmp";
	f->fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (f->fd < 0)
		st = fail(cx, FILE_WRITE, "%s: %s", folder, strerror(errno));
	else
		st = copy_all(cx, from, f->fd);
	if (from != STDIN_FILENO)
		close(from);
	return st;
}

static ST open_file(struct ctx *cx, const char *path, struct textfile *f, struct stat *info)
{
	bool input = strcmp(path, "-") == 0;

	f->fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0)
		return fail_in(cx, 0, path, FILE_OPEN, "%s", strerror(errno));
	if (fstat(f->fd, info) != 0)
		return fail_in(cx, 0, path, FILE_READ, "%s", strerror(errno));
	if (S_ISDIR(info->st_mode))
		return fail_in(cx, 0, path, FILE_OPEN, "%s", strerror(EISDIR));
	if (S_ISREG(info->st_mode))
		return OK;
	TRY(keep_stream(cx, f));
	if (fstat(f->fd, info) != 0)
		return fail_in(cx, 0, path, FILE_READ, "%s", strerror(errno));
	return OK;
}

enum st textfile_open(struct ctx *cx, const char *path, struct textfile *f)
{
	struct stat info;
	struct str bytes;
	void *map;

	*f = (struct textfile){.fd = -1};
	TRY(open_file(cx, path, f, &info));
	if (info.st_size > LIMIT_IMPORT_FILE_BYTES)
		return fail_in(cx, 0, path, FILE_TOO_BIG, "%lld", (long long)info.st_size);
	if (info.st_size == 0)
		return fail_in(cx, 0, path, FILE_EMPTY, "%s", "");
	map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, f->fd, 0);
	if (map == MAP_FAILED)
		return fail_in(cx, 0, path, FILE_READ, "%s", strerror(errno));
	f->map = map;
	f->bytes = (size_t)info.st_size;
	bytes = (struct str){f->map, f->bytes};
	if (!encoding_is_utf8(bytes, textfile_passed, f, &f->text)) {
		f->passed = 0;
		return encoding_read(cx, bytes, LIMIT_IMPORT_TEXT_BYTES, &f->encoding, &f->text);
	}
	f->encoding = f->text.n < f->bytes ? ENCODING_UTF8_BOM : ENCODING_UTF8;
	f->passed = 0;
	return OK;
}

void textfile_passed(void *arg, const char *upto)
{
	struct textfile *f = arg;
	size_t at;

	/* A text that had to be converted lies elsewhere. */
	if (upto < f->map || upto > f->map + f->bytes)
		return;
	at = (size_t)(upto - f->map) / PAGE_BYTES * PAGE_BYTES;
	if (at < f->passed)
		f->passed = 0;
	if (at > f->passed && madvise(f->map + f->passed, at - f->passed, MADV_DONTNEED) == 0)
		f->passed = at;
}

void textfile_close(struct textfile *f)
{
	if (f->map)
		munmap(f->map, f->bytes);
	if (f->fd > STDIN_FILENO)
		close(f->fd);
	*f = (struct textfile){.fd = -1};
}
