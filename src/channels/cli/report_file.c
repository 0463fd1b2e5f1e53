/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static ST refused(struct cli *cli, const struct report_file *f)
{
	return fail_in(&cli->cx, 0, f->path, FILE_WRITE, "%s", strerror(errno));
}

enum st report_file_open(struct cli *cli, struct str path, struct report_file *f)
{
	struct buf part = buf_new(cli->cx.arena, path.n + 16);

	buf_str(&part, path);
	buf_z(&part, ".part");
	*f = (struct report_file){
		.path = str_z(cli->cx.arena, path), .part = str_z(cli->cx.arena, buf_view(&part))};
	f->fd = open(f->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	return f->fd < 0 ? refused(cli, f) : OK;
}

enum st report_file_finish(struct cli *cli, struct report_file *f, struct str text)
{
	while (text.n) {
		ssize_t n = write(f->fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refused(cli, f);
		text.p += n;
		text.n -= (size_t)n;
	}
	if (fsync(f->fd) != 0 || rename(f->part, f->path) != 0)
		return refused(cli, f);
	close(f->fd);
	f->fd = -1;
	return OK;
}

void report_file_drop(struct report_file *f)
{
	if (f->fd < 0)
		return;
	close(f->fd);
	unlink(f->part);
	f->fd = -1;
}
