/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/cli/progress.h"

#include <unistd.h>

enum { BAR_CHARS = 30, TICK_US = 100000, LINE_BYTES = 512 };

/* Standard error; what cannot be shown is not worth stopping for. */
static void show(const struct buf *b)
{
	if (write(STDERR_FILENO, b->p, b->n) < 0)
		return;
}

static void put_left(struct buf *b, int64_t seconds)
{
	buf_i64(b, seconds / 60);
	buf_char(b, ':');
	buf_pad(b, (uint64_t)(seconds % 60), 2);
}

/* "350 000 lines/s, left 0:12" */
static void put_rate(struct progress *p, struct buf *b, size_t done, size_t total, int64_t now)
{
	enum lang lang = p->cli->cx.lang;
	int64_t us = now - p->started_us, fresh = (int64_t)(done - p->started_at);
	char room[32];
	struct buf time = {.p = room, .cap = sizeof(room), .max = sizeof(room)};

	if (us <= 0 || fresh <= 0)
		return;
	put_left(&time, (int64_t)(total - done) * (us / 1000 + 1) / fresh / 1000);
	const struct arg left = arg_str("time", buf_view(&time));
	buf_z(b, "  ");
	if (p->lines) {
		const struct arg rate = arg_count("n", fresh * 1000 / (us / 1000 + 1));

		say(b, lang, MSG_imp_rate, &rate, 1);
		buf_z(b, ", ");
	}
	say(b, lang, MSG_imp_left, &left, 1);
}

static void draw_bar(struct progress *p, size_t done, size_t total, int64_t now)
{
	char room[LINE_BYTES];
	struct buf b = {.p = room, .cap = sizeof(room), .max = sizeof(room)};
	size_t filled = done * BAR_CHARS / total;

	buf_z(&b, "\r\x1b[K");
	buf_str(&b, say_plain(p->cli->cx.lang, p->what));
	buf_z(&b, " [");
	for (size_t i = 0; i < BAR_CHARS; i++)
		buf_char(&b, i < filled ? '#' : ' ');
	buf_z(&b, "] ");
	buf_u64(&b, done * 100 / total);
	buf_z(&b, " %");
	put_rate(p, &b, done, total, now);
	show(&b);
	p->drawn = true;
}

/* A pipe gets a line for each tenth. */
static void write_tenth(struct progress *p, size_t done, size_t total, int64_t now)
{
	char room[LINE_BYTES];
	struct buf b = {.p = room, .cap = sizeof(room), .max = sizeof(room)};
	size_t tenth = done * 10 / total;

	if (tenth == p->shown_tenth)
		return;
	p->shown_tenth = tenth;
	buf_str(&b, say_plain(p->cli->cx.lang, p->what));
	buf_z(&b, ": ");
	buf_u64(&b, tenth * 10);
	buf_z(&b, " %");
	put_rate(p, &b, done, total, now);
	buf_char(&b, '\n');
	show(&b);
}

void progress_move(struct progress *p, size_t done, size_t total)
{
	const struct clock *clock = p->cli->cx.clock;
	int64_t now = clock->monotonic_us(clock);

	if (!p->started) {
		p->started = true;
		p->started_at = done;
		p->started_us = now;
	}
	if (!p->terminal) {
		write_tenth(p, done, total, now);
	} else if (now - p->shown_us >= TICK_US || done == total) {
		p->shown_us = now;
		draw_bar(p, done, total, now);
	}
}

void progress_end(const struct progress *p)
{
	if (p->drawn)
		show(&(struct buf){.p = (char[]){'\n'}, .n = 1});
}
