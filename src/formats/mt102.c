/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/mt102_parts.h"

#include "limits.h"

enum { BLOCK1_BYTES = 29, INPUT_BYTES = 25, INPUT_SHORT_BYTES = 24, OUTPUT_BYTES = 51 };

bool mt102_sniff(struct str text)
{
	static const char *const starts[] = {"{1:", "{2:", "{4:", ":20:"};
	struct str s = str_trim(text);

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts(s, starts[i]))
			return true;
	return false;
}

static size_t count_lines(struct str text, const char *start)
{
	const char *end = text.p + text.n, *at = text.p;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), start, strlen(start)))) {
		at++;
		n++;
	}
	return n;
}

/*
 * How many persons there are at most, so that their room is taken once: a person begins with a line
 * :21:, with a first line of block 4 that stands behind its mark, or is the payer of a whole block.
 */
static size_t count_persons(struct str text)
{
	const char *end = text.p + text.n;
	size_t n = 1 + count_lines(text, "\n:21:");

	for (const char *at = text.p; (at = memchr(at, '{', (size_t)(end - at))); at++)
		n += str_starts((struct str){at, (size_t)(end - at)}, "{4:");
	return n;
}

static bool next_line(struct mt102_reader *r)
{
	const char *end;

	if (r->rest.n == 0)
		return false;
	end = memchr(r->rest.p, '\n', r->rest.n);
	r->text = (struct str){r->rest.p, end ? (size_t)(end - r->rest.p) : r->rest.n};
	r->rest.n -= r->text.n + (end != NULL);
	r->rest.p += r->text.n + (end != NULL);
	r->line++;
	/* Some programs fill lines up with blanks. */
	while (r->text.n && (r->text.p[r->text.n - 1] == '\r' || r->text.p[r->text.n - 1] == ' '))
		r->text.n--;
	return true;
}

static void refuse_block(struct mt102_reader *r, const char *block, const char *detail)
{
	issue_add(&r->out->issues, ISSUE_FILE, r->line, block, ERR_TAG_VALUE, "%s", detail);
}

/* A new document begins: what it holds is set from here on. */
static void open_doc(struct mt102_reader *r)
{
	r->doc = ARENA_PUSH(r->cx->arena, r->out->docs, r->out->doc_count, r->doc_cap);
	*r->doc = (struct mt102_doc){
		.line = r->line,
		.type = 102,
		.first = r->out->person_count,
		.date = DAY_NEVER,
		.value = DAY_NEVER,
		.period = MONTH_NEVER,
	};
	r->section = MT102_OUTSIDE;
	r->last = MT102_NONE;
	r->person = NULL;
	memset(r->seen, 0, sizeof(r->seen));
	r->assign = buf_new(r->cx->arena, 1);
	r->assign_lines = 0;
	r->sum = MONEY_ZERO;
	r->sum_unknown = false;
	r->misread_told = false;
	memset(r->key_line, 0, sizeof(r->key_line));
}

static void close_doc(struct mt102_reader *r)
{
	if (r->batch.on) {
		mt102_batch_end(r);
	} else {
		mt102_person_close(r);
		mt102_check_doc(r);
	}
	r->doc = NULL;
	r->section = MT102_OUTSIDE;
}

/* Without its end a message is cut off: nothing more can be said about it. */
static void cut_doc(struct mt102_reader *r)
{
	issue_add(&r->out->issues, ISSUE_FILE, r->line, "-}", ERR_FILE_TRUNCATED, "%s", "");
	r->batch.on = false;
	if (r->doc == &r->batch.head) {
		/* All blocks of the batch have ended. */
		r->doc = NULL;
		r->section = MT102_OUTSIDE;
		return;
	}
	r->doc->assign = str_copy(r->cx->arena, buf_view(&r->assign));
	mt102_read_text(r->cx, r->doc->assign, &r->doc->text);
	while (r->out->person_count > r->doc->first)
		r->out->bad_count -= r->out->persons[--r->out->person_count].problem != ERR_NONE;
	r->doc->count = 0;
	r->person = NULL;
	r->doc = NULL;
	r->section = MT102_OUTSIDE;
}

/* Statements and requests that banks send among the payments: passed over, to their end. */
static void pass_over(struct mt102_reader *r, struct str type)
{
	issue_add(&r->out->issues, ISSUE_NOTE, r->line, "{2:}", ERR_MESSAGE_OTHER, "MT%.*s",
		STR(type));
	r->doc->type = 0;
}

static void drop_doc(struct mt102_reader *r)
{
	r->out->doc_count--;
	r->doc = NULL;
	r->section = MT102_OUTSIDE;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* {1:F01 + terminal 12 + session 4 + sequence 6 + } */
static void check_block1(struct mt102_reader *r, struct str block)
{
	if (block.n != BLOCK1_BYTES || !str_starts(block, "{1:F01") ||
		!all_digits((struct str){block.p + 18, 10}))
		refuse_block(r, "{1:}", "29");
}

/*
 * {2:I + type + receiver 12 + U3003}, also without the U;
 * {2:O + type + YYMMDDHHMM + sender 12 + 4 + 6 + YYMMDDHHMM + U}.
 */
static void check_block2(struct mt102_reader *r, struct str block)
{
	char ascii[64];
	struct str letter, type;
	bool input = str_starts(block, "{2:I");

	if (mt102_unmask(block, ascii, sizeof(ascii), &letter)) {
		issue_add(&r->out->issues, ISSUE_FILE, r->line, "{2:}", ERR_TAG_HOMOGLYPH, "%.*s",
			STR(letter));
		return;
	}
	if (input ? block.n != INPUT_BYTES && block.n != INPUT_SHORT_BYTES
		  : !str_starts(block, "{2:O") || block.n != OUTPUT_BYTES) {
		refuse_block(r, "{2:}", "{2:I102…}, {2:O102…}");
		return;
	}
	type = (struct str){block.p + 4, 3};
	if (str_is(type, "100"))
		r->doc->type = 100;
	else if (type.p[0] == '9' && all_digits(type))
		pass_over(r, type);
	else if (!str_is(type, "102"))
		refuse_block(r, "{2:}", "100, 102");
	if (input && memcmp(block.p + 7, "SGROSS", 6) != 0 && memcmp(block.p + 7, "SCLEAR", 6) != 0)
		issue_add(&r->out->issues, ISSUE_NOTE, r->line, "{2:}", ERR_TAG_VALUE, "%s",
			"SGROSS, SCLEAR");
}

static void read_line(struct mt102_reader *r);

/* What stands between messages: blocks 1, 2, 3, 5 and the opening of 4, also on one line. */
static void read_blocks(struct mt102_reader *r)
{
	for (r->text = str_trim(r->text); r->text.n; r->text = str_trim(r->text)) {
		const char *end = memchr(r->text.p, '}', r->text.n);

		if (str_starts(r->text, ":20:") && !r->doc) {
			open_doc(r);
			r->section = MT102_OPENING;
			read_line(r);
			return;
		}
		if (str_starts(r->text, "{4:")) {
			if (!r->doc)
				open_doc(r);
			r->section = r->doc->type ? MT102_OPENING : MT102_OTHER;
			r->text.p += 3;
			r->text.n -= 3;
			if (str_trim(r->text).n)
				read_line(r);
			return;
		}
		if (r->text.p[0] == 0x1a) {
			/* The end mark of old files. */
			r->text.n = 0;
			return;
		}
		if (r->text.n < 3 || r->text.p[0] != '{' || r->text.p[2] != ':' || !end) {
			refuse_block(r, "{", "{1:, {2:, {4:");
			return;
		}
		struct str block = {r->text.p, (size_t)(end + 1 - r->text.p)};
		if (!r->doc && block.p[1] != '5')
			open_doc(r);
		if (block.p[1] == '1')
			check_block1(r, block);
		else if (block.p[1] == '2')
			check_block2(r, block);
		r->text.p += block.n;
		r->text.n -= block.n;
	}
}

static void read_key(struct mt102_reader *r, enum mt102_key key, struct str value)
{
	if (key == MT102_21) {
		if (r->doc->type == 100)
			mt102_refuse(r, key, ERR_TAG_UNKNOWN, "MT100");
		r->ordinal = value;
		if (r->batch.on)
			mt102_batch_next(r);
		r->section = MT102_PERSONS;
		mt102_person_open(r, value);
		r->last = key;
	} else if ((r->batch.on || (r->person && mt102_batch_begin(r, key))) &&
		   mt102_batch_key(r, key, value)) {
		return;
	} else if (r->person && (key == MT102_32B || key == MT102_70 ||
					(mt102_key_name(key)[0] == '/' && key <= MT102_LA))) {
		mt102_person_key(r, key, value);
	} else if (r->person && mt102_key_name(key)[0] == '/') {
		mt102_note(r, key, ERR_TAG_UNKNOWN, "");
	} else if (r->person && key != MT102_32A) {
		/* A part of a payment order inside a list. */
		mt102_refuse(r, key, ERR_TAG_UNKNOWN, ":21:");
	} else {
		mt102_person_close(r);
		mt102_head_key(r, key, value);
	}
}

static void read_more(struct mt102_reader *r)
{
	if (mt102_batch_more(r))
		return;
	if (r->person)
		mt102_person_more(r, r->text);
	else
		mt102_head_more(r, r->text);
}

/* "/KEY/value" or, in older files, "//KEY/value". */
static void read_slashes(struct mt102_reader *r, struct str line)
{
	struct str name = {line.p + 1, line.n - 1};
	const char *end;
	enum mt102_key key;

	if (name.n && name.p[0] == '/') {
		name.p++;
		name.n--;
	}
	end = name.n ? memchr(name.p, '/', name.n < 16 ? name.n : 16) : NULL;
	key = MT102_NONE;
	if (end) {
		struct str value = {end + 1, name.n - (size_t)(end + 1 - name.p)};

		name.n = (size_t)(end - name.p);
		key = mt102_find_key(name, false);
		if (key != MT102_NONE) {
			read_key(r, key, value);
			return;
		}
		if (mt102_report_homoglyph(r, name, false, NULL))
			return;
	}
	if (r->last == MT102_ASSIGN) {
		read_more(r);
		return;
	}
	/* A long one may be anything, also a name: it is not repeated. */
	if (!end)
		name.n = 0;
	issue_add(&r->out->issues, ISSUE_NOTE, r->line, mt102_show(r, "/", name, "/"),
		ERR_TAG_UNKNOWN, "%s", "");
	r->last = MT102_NONE;
}

/* ":TAG:value"; the value of :50: and :70: may be the first key. */
static void read_tag(struct mt102_reader *r)
{
	struct str line = r->text, name = {line.p + 1, line.n - 1};
	const char *end = name.n ? memchr(name.p, ':', name.n < 9 ? name.n : 9) : NULL;
	enum mt102_key key;

	name.n = end ? (size_t)(end - name.p) : 0;
	key = mt102_find_key(name, true);
	if (key != MT102_NONE) {
		struct str value = {end + 1, line.n - name.n - 2};
		bool nested = (key == MT102_50 || key == MT102_70) && value.n && value.p[0] == '/';

		read_key(r, key, nested ? (struct str){value.p, 0} : value);
		if (nested)
			read_slashes(r, value);
		return;
	}
	if (mt102_report_homoglyph(r, name, true, NULL))
		return;
	issue_add(&r->out->issues, ISSUE_FILE, r->line, mt102_show(r, ":", name, end ? ":" : ""),
		ERR_TAG_UNKNOWN, "%s", "");
	r->last = MT102_NONE;
}

static void read_line(struct mt102_reader *r)
{
	struct str s = r->text;

	if (s.n == 0 ||
		(r->section == MT102_OTHER && !str_starts(s, "-}") && !str_starts(s, "{1:")))
		return;
	if (s.p[0] == '/') {
		read_slashes(r, s);
	} else if (s.p[0] == ':') {
		read_tag(r);
	} else if (str_starts(s, "-}")) {
		if (r->section == MT102_OTHER)
			drop_doc(r);
		else
			close_doc(r);
		r->text.p += 2;
		r->text.n -= 2;
		read_blocks(r);
	} else if (str_starts(s, "{1:")) {
		cut_doc(r);
		read_blocks(r);
	} else {
		read_more(r);
	}
}

enum st mt102_parse(struct ctx *cx, struct str text, const struct mt102_options *options,
	struct mt102_file *out)
{
	struct mt102_reader r = {.cx = cx, .options = options, .out = out, .rest = text};

	*out = (struct mt102_file){.issues = issues_new(cx->arena)};
	if (str_trim(text).n == 0)
		return fail(cx, FILE_EMPTY, "%s", "");
	if (!mt102_sniff(text))
		return fail(cx, FILE_UNKNOWN, "%s", "");
	r.room = count_persons(text);
	if (r.room > LIMIT_IMPORT_LINES)
		return fail(cx, FILE_TOO_BIG, "%d", LIMIT_IMPORT_LINES);
	if (count_lines(text, "\n:50:") > LIMIT_IMPORT_DOCS)
		return fail(cx, FILE_TOO_BIG, "%d", LIMIT_IMPORT_DOCS);
	out->persons = arena_alloc(cx->arena, r.room * sizeof(*out->persons));
	/* What has so many faults is no list any more: the rest of it is not read. */
	while (out->issues.total[ISSUE_FILE] < LIMIT_ISSUES && next_line(&r)) {
		if (r.section == MT102_OUTSIDE)
			read_blocks(&r);
		else
			read_line(&r);
	}
	if (r.doc && r.rest.n == 0)
		cut_doc(&r);
	if (out->doc_count == 0 && out->issues.total[ISSUE_FILE] == 0)
		refuse_block(&r, "{2:}", "100, 102");
	return OK;
}
