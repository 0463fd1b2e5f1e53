/* SPDX-License-Identifier: Apache-2.0 */
#include "service/lawsource.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/embed.h"
#include "limits.h"

extern const struct embedded law_files[];
extern const size_t law_files_count;

struct file_list {
	struct law_file *items;
	size_t count, cap;
};

static bool is_yaml(struct str name)
{
	static const char ending[] = ".yaml";
	size_t n = sizeof(ending) - 1;

	return name.n > n && name.p[0] != '.' &&
	       str_is((struct str){name.p + name.n - n, n}, ending);
}

static enum st read_all(
	struct ctx *cx, struct arena *arena, int fd, const char *name, struct str *out)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return fail(cx, LAW_FILE, "%.60s: %s", name, strerror(errno));
	if (!S_ISREG(info.st_mode))
		return fail(cx, LAW_FILE, "%.60s: not a file", name);
	if (info.st_size > LIMIT_YAML_BYTES)
		return fail(cx, LAW_FILE, "%.60s: longer than %d bytes", name, LIMIT_YAML_BYTES);
	size_t size = (size_t)info.st_size, n = 0;
	char *bytes = arena_alloc(arena, size + 1);

	while (n < size) {
		ssize_t got = read(fd, bytes + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(cx, LAW_FILE, "%.60s: %s", name, strerror(errno));
		if (got == 0)
			break;
		n += (size_t)got;
	}
	bytes[n] = 0;
	*out = (struct str){bytes, n};
	return OK;
}

static enum st read_one(
	struct ctx *cx, struct arena *arena, int folder, const char *name, struct file_list *list)
{
	struct str text = {0};
	/* O_NONBLOCK: a pipe that somebody named .yaml must not hold the program. */
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return fail(cx, LAW_FILE, "%.60s: %s", name, strerror(errno));
	enum st st = read_all(cx, arena, fd, name, &text);

	close(fd);
	TRY(st);
	*ARENA_PUSH(arena, list->items, list->count, list->cap) =
		(struct law_file){arena_copy(arena, name, strlen(name)), text};
	return OK;
}

static enum st read_folder(
	struct ctx *cx, struct arena *arena, const char *path, struct file_list *list)
{
	DIR *dir = opendir(path);
	enum st st = OK;

	if (!dir)
		return fail(cx, LAW_FILE, "%.100s: %s", path, strerror(errno));
	for (struct dirent *e; st == OK && (e = readdir(dir)) != NULL;) {
		if (!is_yaml(str_of(e->d_name)))
			continue;
		if (list->count >= LIMIT_LAW_FILES)
			st = fail(
				cx, LAW_FILE, "%.100s: more than %d files", path, LIMIT_LAW_FILES);
		else
			st = read_one(cx, arena, dirfd(dir), e->d_name, list);
	}
	closedir(dir);
	TRY(st);
	if (list->count == 0)
		return fail(cx, LAW_FILE, "%.100s: no *.yaml", path);
	return OK;
}

enum st lawsource_load(struct ctx *cx, struct arena *arena, const char *dir, struct lawbook **out)
{
	struct file_list list = {0};

	if (dir)
		TRY(read_folder(cx, arena, dir, &list));
	for (size_t i = 0; !dir && i < law_files_count; i++)
		*ARENA_PUSH(arena, list.items, list.count, list.cap) =
			(struct law_file){law_files[i].name, law_files[i].text};
	return lawbook_read(cx, arena, list.items, list.count, out);
}
