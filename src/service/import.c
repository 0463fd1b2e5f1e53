/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "formats/json_write.h"
#include "formats/xml.h"
#include "limits.h"
#include "service/import_parts.h"
#include "service/returns.h"
#include "text/say.h"

const char *import_format_code(enum import_format f)
{
	static const char *const codes[IMPORT_FORMATS] = {
		[IMPORT_UNKNOWN] = "unknown",
		[IMPORT_MT102] = "mt102",
		[IMPORT_PEOPLE] = "people",
		[IMPORT_SPELLS] = "spells",
		[IMPORT_PAYMENTS] = "payments",
		[IMPORT_REFUNDS] = "refunds",
		[IMPORT_ISO20022] = "iso20022",
	};

	return codes[f];
}

static ST read_docs(struct import *im, struct str bytes, struct import_doc **docs, size_t *count)
{
	struct str text;

	if (bytes.n > LIMIT_IMPORT_FILE_BYTES)
		return fail(&im->cx, FILE_TOO_BIG, "%zu", bytes.n);
	TRY(encoding_read(&im->cx, bytes, LIMIT_IMPORT_TEXT_BYTES, &im->report->encoding, &text));
	if (im->options->tick)
		im->options->tick(im->options->tick_arg, IMPORT_READING, 0, 0);
	if (mt102_sniff(text))
		return import_read_mt102(im, text, docs, count);
	if (xml_sniff(text))
		return import_read_iso(im, text, docs, count);
	if (register_sniff(text))
		return import_read_register(im, text, docs, count);
	if (str_trim(text).n == 0)
		return fail(&im->cx, FILE_EMPTY, "%s", "");
	return fail(&im->cx, FILE_UNKNOWN, "%s", "");
}

static bool brings_payments(enum import_format f)
{
	return f == IMPORT_MT102 || f == IMPORT_PAYMENTS || f == IMPORT_ISO20022;
}

/* Also for a file that is known already: the run that wrote it may have ended before this. */
static ST take_waiting(struct import *im)
{
	struct returns_report found;
	enum st st = returns_apply(im->call, &found);

	im->report->waited = found.lines;
	im->report->sum_waited = found.sum;
	if (st != OK)
		im->cx.err = im->call->cx->err;
	return st;
}

static ST import_all(struct import *im, struct str bytes)
{
	struct arena *a = im->cx.arena;
	struct import_doc *docs = NULL;
	size_t count = 0;
	enum st st;

	TRY(read_docs(im, bytes, &docs, &count));
	if (im->options->check_only)
		return OK;
	/* Not cleared: a small file touches little of them. */
	im->payments = arena_alloc(a, LIMIT_PORTION_LINES * sizeof(*im->payments));
	im->refunds = arena_alloc(a, LIMIT_PORTION_LINES * sizeof(*im->refunds));
	im->suspense = arena_alloc(a, LIMIT_PORTION_LINES * sizeof(*im->suspense));
	TRY(db_bulk(&im->cx, im->call->db, true));
	st = import_post(im, docs, count);
	if (st != OK)
		im->cx.err = im->work.err;
	if (st == OK && brings_payments(im->report->format))
		st = take_waiting(im);
	/* The import stands whether or not the log is brought back now. */
	if (db_bulk(&im->work, im->call->db, false) != OK)
		err_clear(&im->work);
	return st;
}

/* What the caller may keep: copies in the arena of the call. */
static void keep_report(struct import *im, struct ctx *cx)
{
	struct issues kept = issues_new(cx->arena);
	const struct issues *found = &im->report->issues;

	for (size_t i = 0; i < found->count; i++)
		*ARENA_PUSH(cx->arena, kept.items, kept.count, kept.cap) = found->items[i];
	memcpy(kept.total, found->total, sizeof(kept.total));
	im->report->issues = kept;
}

enum st import_bytes(struct call *call, struct str bytes, const struct import_options *options,
	struct import_report *report)
{
	struct ctx *cx = call->cx;
	struct import im = {
		.call = call,
		.cx = *cx,
		.work = *cx,
		.options = options,
		.report = report,
		.at = cx->clock->now(cx->clock),
		.law = lawbook_digest(call->book),
	};
	int64_t start = cx->clock->monotonic_us(cx->clock);
	enum st st;

	im.cx.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	im.work.arena = arena_new(LIMIT_IMPORT_ARENA_BYTES);
	*report = (struct import_report){.bytes = bytes.n, .issues = issues_new(im.cx.arena)};
	st = import_all(&im, bytes);
	if (st != OK)
		report->error = cx->err = im.cx.err;
	keep_report(&im, cx);
	arena_free(im.cx.arena);
	arena_free(im.work.arena);
	report->elapsed_us = cx->clock->monotonic_us(cx->clock) - start;
	log_event(cx, LOG_INFO, "import", "format=%s lines=%zu new=%zu suspense=%zu code=%s",
		import_format_code(report->format), report->lines, report->lines_new,
		report->lines_suspense, err_info(cx->err.code)->name);
	return st;
}

/* The whole file as bytes. */
struct opened {
	int fd;
	void *map;
	size_t bytes;
};

static ST map_file(struct ctx *cx, const char *path, struct opened *o)
{
	struct stat info;

	/* Opening a pipe that nobody writes to would wait for ever. */
	o->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (o->fd < 0)
		return fail(cx, FILE_OPEN, "%s: %s", path, strerror(errno));
	if (fstat(o->fd, &info) != 0)
		return fail(cx, FILE_READ, "%s: %s", path, strerror(errno));
	if (!S_ISREG(info.st_mode))
		return fail(cx, FILE_OPEN, "%s: %s", path,
			strerror(S_ISDIR(info.st_mode) ? EISDIR : EINVAL));
	if (info.st_size > LIMIT_IMPORT_FILE_BYTES)
		return fail(cx, FILE_TOO_BIG, "%lld", (long long)info.st_size);
	if (info.st_size == 0)
		return fail(cx, FILE_EMPTY, "%s", "");
	o->bytes = (size_t)info.st_size;
	o->map = mmap(NULL, o->bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, o->fd, 0);
	if (o->map == MAP_FAILED)
		return fail(cx, FILE_READ, "%s: %s", path, strerror(errno));
	return OK;
}

enum st import_path(struct call *call, const char *path, const struct import_options *options,
	struct import_report *report)
{
	struct opened o = {.fd = -1, .map = MAP_FAILED};
	enum st st;

	*report = (struct import_report){.issues = issues_new(call->cx->arena)};
	st = map_file(call->cx, path, &o);
	if (st == OK)
		st = import_bytes(call, (struct str){o.map, o.bytes}, options, report);
	if (st != OK)
		report->error = call->cx->err;
	if (o.map != MAP_FAILED)
		munmap(o.map, o.bytes);
	if (o.fd >= 0)
		close(o.fd);
	return st;
}

static void put_count(struct json *j, const char *key, size_t n)
{
	json_put_key(j, key);
	json_put_u64(j, n);
}

static void put_error(
	struct json *j, enum lang lang, const char *weight, const struct err_slot *err)
{
	char room[1024];
	struct buf text = {.p = room, .cap = sizeof(room), .max = sizeof(room)};

	json_open_object(j);
	json_put_key(j, "weight");
	json_put_z(j, weight);
	json_put_key(j, "code");
	json_put_z(j, err_info(err->code)->name);
	put_count(j, "line", err->line);
	json_put_key(j, "field");
	json_put_z(j, err->field);
	say_error(&text, lang, err);
	json_put_key(j, "text");
	json_put_str(j, buf_view(&text));
	json_close_object(j);
}

static const char *const weights[ISSUE_WEIGHTS] = {
	[ISSUE_NOTE] = "note",
	[ISSUE_LINE] = "line",
	[ISSUE_FILE] = "file",
};

void import_put_json(struct buf *b, enum lang lang, struct str name, const struct import_report *r)
{
	struct json j = json_start(b);

	json_open_object(&j);
	json_put_key(&j, "file");
	json_put_str(&j, name);
	json_put_key(&j, "format");
	json_put_z(&j, import_format_code(r->format));
	json_put_key(&j, "encoding");
	json_put_z(&j, encoding_name(r->encoding));
	json_put_key(&j, "written");
	json_put_bool(&j, r->written);
	put_count(&j, "documents", r->documents);
	put_count(&j, "documents_done_before", r->documents_done);
	put_count(&j, "lines", r->lines);
	put_count(&j, "lines_new", r->lines_new);
	put_count(&j, "lines_repeated", r->lines_repeated);
	put_count(&j, "lines_suspense", r->lines_suspense);
	json_put_key(&j, "sum");
	json_put_money(&j, r->sum);
	json_put_key(&j, "sum_suspense");
	json_put_money(&j, r->sum_suspense);
	put_count(&j, "waiting_applied", r->waited);
	json_put_key(&j, "sum_waiting_applied");
	json_put_money(&j, r->sum_waited);
	put_count(&j, "issues_found",
		r->issues.total[ISSUE_NOTE] + r->issues.total[ISSUE_LINE] +
			r->issues.total[ISSUE_FILE]);
	json_put_key(&j, "issues");
	json_open_array(&j);
	for (size_t i = 0; i < r->issues.count; i++)
		put_error(&j, lang, weights[r->issues.items[i].weight], &r->issues.items[i].err);
	json_close_array(&j);
	json_put_key(&j, "error");
	if (r->error.code == ERR_NONE)
		json_put_null(&j);
	else
		put_error(&j, lang, "file", &r->error);
	json_close_object(&j);
}
