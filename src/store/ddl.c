/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ddl.h"

#include <ctype.h>

static const struct {
	const char *word;
	const char *spelled[ENGINE_COUNT];
} words[] = {
	{"KEY", {"INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY"}},
	{"REF", {"INT", "BIGINT"}},
	{"NUMBER", {"INT", "BIGINT"}},
	{"MONEY", {"INT", "BIGINT"}},
	{"DAY", {"INT", "BIGINT"}},
	{"MONTH", {"INT", "BIGINT"}},
	{"INSTANT", {"INT", "BIGINT"}},
	{"FLAG", {"INT", "BIGINT"}},
	{"LABEL", {"TEXT", "TEXT"}},
	{"BYTES", {"BLOB", "BYTEA"}},
};

/* What stands behind the closing bracket of a table. */
static const char *const clustered[ENGINE_COUNT] = {" STRICT, WITHOUT ROWID", ""};
static const char *const plain[ENGINE_COUNT] = {" STRICT", ""};

static struct str token(struct str rest)
{
	size_t n = 0;

	while (n < rest.n && (isalnum((unsigned char)rest.p[n]) || rest.p[n] == '_'))
		n++;
	return (struct str){rest.p, n ? n : 1};
}

/* A line "\tname WORD …": the word is a type. */
static ST column(struct ctx *cx, struct str line, enum engine engine, struct buf *out)
{
	struct str rest = {line.p + 1, line.n - 1};
	struct str name = token(rest), type;

	rest.p += name.n + 1;
	rest.n -= name.n + 1;
	type = token(rest);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_is(type, words[i].word))
			continue;
		buf_fmt(out, "\t%.*s %s", STR(name), words[i].spelled[engine]);
		buf_put(out, rest.p + type.n, rest.n - type.n);
		return OK;
	}
	return fail(cx, DB_BROKEN, "no schema word: %.*s", STR(type));
}

ST ddl_spell(struct ctx *cx, struct str text, enum engine engine, struct buf *out)
{
	bool in_table = false;

	while (text.n > 0) {
		struct str line = str_cut(&text, '\n');

		if (in_table && line.n > 2 && line.p[0] == '\t' &&
			islower((unsigned char)line.p[1])) {
			TRY(column(cx, line, engine, out));
		} else if (in_table && str_is(line, ") CLUSTERED;")) {
			buf_fmt(out, ")%s;", clustered[engine]);
			in_table = false;
		} else if (in_table && str_is(line, ");")) {
			buf_fmt(out, ")%s;", plain[engine]);
			in_table = false;
		} else {
			in_table = in_table || str_starts(line, "CREATE TABLE ");
			buf_str(out, line);
		}
		buf_char(out, '\n');
	}
	return out->over ? fail(cx, DB_BROKEN, "%s", "schema too long") : OK;
}
