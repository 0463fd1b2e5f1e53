/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/xml.h"

#include <libxml/parser.h>

#include "base/check.h"
#include "limits.h"

enum {
	CHUNK_BYTES = 64 << 10,
	NODES_MAX = 8 * XML_PATHS_MAX,
	PATH_BYTES = LIMIT_XML_DEPTH * (LIMIT_XML_NAME_BYTES + 1),
	NOWHERE = -1,
};

/* The paths as a tree of names; node 0 is the document, `root` that in which they start. */
struct node {
	struct str name;
	int16_t child, next; /* NOWHERE: none */
	int16_t asked;       /* the first of those that asked for it */
};
struct tree {
	const struct xml_paths *of;
	struct node nodes[NODES_MAX];
	int16_t count, root;
	int16_t also[XML_PATHS_MAX]; /* who asked for the same */
};

/* An element that is open. */
struct level {
	int16_t node; /* NOWHERE: nobody asks */
	uint32_t line;
	size_t path_n; /* of the path before it */
};

struct reading {
	struct ctx *cx;
	const struct xml_sink *sink;
	xmlParserCtxtPtr xml;
	enum st st; /* of the first failure: the rest is not read */
	struct tree tree;
	struct level levels[LIMIT_XML_DEPTH];
	unsigned depth, document; /* `document` = depth inside of <Document>; 0 = outside */
	const xmlChar *space;     /* its namespace, as the parser holds it */
	bool any;
	char path[PATH_BYTES + 1];
	size_t path_n, root_n;
	char text[LIMIT_XML_VALUE_BYTES];
	size_t text_n;
	char currency[8];
	bool has_currency;
	struct str first_name; /* of the first element */
	char room[LIMIT_XML_NAME_BYTES];
};

bool xml_sniff(struct str text)
{
	struct str s = str_trim(text);

	return s.n > 0 && s.p[0] == '<';
}

/* ---- What is asked for ----------------------------------------------------------------------- */

static int16_t find_child(const struct tree *t, int16_t parent, struct str name)
{
	int16_t at = parent == NOWHERE ? NOWHERE : t->nodes[parent].child;

	while (at != NOWHERE && !str_eq(t->nodes[at].name, name))
		at = t->nodes[at].next;
	return at;
}

static int16_t add_child(struct tree *t, int16_t parent, struct str name)
{
	must(t->count < NODES_MAX);
	t->nodes[t->count] = (struct node){name, NOWHERE, NOWHERE, NOWHERE};
	if (parent != NOWHERE) {
		t->nodes[t->count].next = t->nodes[parent].child;
		t->nodes[parent].child = t->count;
	}
	return t->count++;
}

static int16_t add_path(struct tree *t, int16_t at, struct str path)
{
	while (path.n) {
		struct str name = str_cut(&path, '/');
		int16_t child = find_child(t, at, name);

		at = child == NOWHERE ? add_child(t, at, name) : child;
	}
	return at;
}

static void grow_tree(struct tree *t, const struct xml_paths *paths)
{
	if (t->of == paths)
		return;
	t->of = paths;
	t->count = 0;
	add_child(t, NOWHERE, STR_LIT(""));
	t->root = add_path(t, 0, str_of(paths->root));
	for (size_t i = 0; i < paths->count; i++) {
		int16_t at;

		if (!paths->path[i])
			continue;
		at = add_path(t, t->root, str_of(paths->path[i]));
		t->also[i] = t->nodes[at].asked;
		t->nodes[at].asked = (int16_t)i;
	}
}

/* ---- Failures -------------------------------------------------------------------------------- */

static uint32_t line_now(const struct reading *r)
{
	return r->xml->input && r->xml->input->line > 0 ? (uint32_t)r->xml->input->line : 1;
}

/* The field of an error has room for the end of a path, which says more than its start. */
static const char *path_now(const struct reading *r)
{
	size_t from = r->root_n && r->path_n > r->root_n ? r->root_n : 0;

	if (r->path_n - from < sizeof(r->cx->err.field))
		return r->path + from;
	from = r->path_n - sizeof(r->cx->err.field) + 1;
	while (r->path[from - 1] != '/')
		from++;
	return r->path + from;
}

static void stop(struct reading *r, enum st st)
{
	if (st == OK || r->st != OK)
		return;
	r->st = st;
	if (r->cx->err.line == 0)
		r->cx->err.line = line_now(r);
	if (r->cx->err.field[0] == '\0')
		err_set_field(&r->cx->err, path_now(r));
	xmlStopParser(r->xml);
}

#define STOP(r, code, ...) stop((r), fail((r)->cx, code, __VA_ARGS__))

/* ---- Elements -------------------------------------------------------------------------------- */

static bool is_value(const struct reading *r, int16_t node)
{
	return node > 0 && r->tree.nodes[node].child == NOWHERE;
}

static void open_asked(struct reading *r, int16_t node, uint32_t line)
{
	int16_t i = node == NOWHERE ? NOWHERE : r->tree.nodes[node].asked;

	for (; i != NOWHERE && r->st == OK; i = r->tree.also[i])
		stop(r, r->sink->open(r->sink->arg, (size_t)i, line));
}

static void close_asked(struct reading *r, const struct level *l)
{
	int16_t i = l->node == NOWHERE ? NOWHERE : r->tree.nodes[l->node].asked;
	bool value = is_value(r, l->node);
	const struct xml_value v = {
		.text = value ? str_trim((struct str){r->text, r->text_n}) : (struct str){"", 0},
		.currency = value && r->has_currency ? str_of(r->currency) : (struct str){0},
		.line = l->line};

	for (; i != NOWHERE && r->st == OK; i = r->tree.also[i])
		stop(r, r->sink->close(r->sink->arg, (size_t)i, &v));
}

static void refuse_message(struct reading *r, const xmlChar *space)
{
	struct str uri = str_of(space ? (const char *)space : "");

	STOP(r, XML_MESSAGE, "%.*s", uri.n < 60 ? (int)uri.n : 60, uri.p);
}

static void begin_document(struct reading *r, const xmlChar *space, uint32_t line)
{
	struct str uri = str_of(space ? (const char *)space : "");
	const struct xml_paths *paths = r->sink->document(r->sink->arg, uri, line);

	if (!paths) {
		refuse_message(r, space);
		return;
	}
	grow_tree(&r->tree, paths);
	r->document = r->depth;
	r->space = space;
	r->any = true;
}

/* Currency is told by one attribute alone: five pointers a piece, the value without its end. */
static void keep_currency(struct reading *r, int count, const xmlChar **attributes)
{
	r->has_currency = false;
	for (int i = 0; i < count; i++, attributes += 5) {
		size_t n = (size_t)(attributes[4] - attributes[3]);

		if (strcmp((const char *)attributes[0], "Ccy") != 0 || attributes[2])
			continue;
		n = n < sizeof(r->currency) ? n : sizeof(r->currency) - 1;
		memcpy(r->currency, attributes[3], n);
		r->currency[n] = '\0';
		r->has_currency = true;
	}
}

static void push(struct reading *r, struct str name, int16_t node)
{
	r->levels[r->depth++] = (struct level){node, line_now(r), r->path_n};
	if (r->path_n)
		r->path[r->path_n++] = '/';
	memcpy(r->path + r->path_n, name.p, name.n);
	r->path_n += name.n;
	r->path[r->path_n] = '\0';
	r->text_n = 0;
}

static void keep_first_name(struct reading *r, struct str name)
{
	memcpy(r->room, name.p, name.n);
	r->first_name = (struct str){r->room, name.n};
}

static void on_begin(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
	int spaces, const xmlChar **space, int count, int defaulted, const xmlChar **attributes)
{
	struct reading *r = arg;
	struct str name = str_of((const char *)local);
	int16_t node = NOWHERE;

	(void)prefix, (void)spaces, (void)space, (void)defaulted;
	if (r->st != OK)
		return;
	if (r->depth == LIMIT_XML_DEPTH || name.n > LIMIT_XML_NAME_BYTES) {
		STOP(r, XML_SYNTAX, "%s", "depth, name");
		return;
	}
	if (r->document && uri == r->space)
		node = find_child(&r->tree, r->levels[r->depth - 1].node, name);
	if (!r->first_name.p)
		keep_first_name(r, name);
	push(r, name, node);
	/* Who stops takes the text of the attributes away. */
	keep_currency(r, count, attributes);
	if (!r->document && str_is(name, "Document")) {
		begin_document(r, uri, line_now(r));
		r->levels[r->depth - 1].node = node = 0;
	} else if (r->document && r->depth == r->document + 1 && node == NOWHERE &&
		   r->tree.root > 0) {
		refuse_message(r, uri);
	}
	if (r->document && node == r->tree.root)
		r->root_n = r->path_n + 1;
	open_asked(r, node, r->levels[r->depth - 1].line);
}

static void on_end(void *arg, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
	struct reading *r = arg;

	(void)local, (void)prefix, (void)uri;
	if (r->st != OK)
		return;
	must(r->depth > 0);
	close_asked(r, &r->levels[r->depth - 1]);
	if (r->st != OK)
		return;
	if (r->document && r->levels[r->depth - 1].node == r->tree.root)
		r->root_n = 0;
	if (r->document == r->depth) {
		stop(r, r->sink->document_end(r->sink->arg));
		r->document = 0;
	}
	r->path_n = r->levels[--r->depth].path_n;
	r->path[r->path_n] = '\0';
	r->text_n = 0;
}

/* Only what may be a value; text between elements is forgotten. */
static void on_text(void *arg, const xmlChar *text, int n)
{
	struct reading *r = arg;

	if (r->st != OK || !r->depth || !is_value(r, r->levels[r->depth - 1].node))
		return;
	if ((size_t)n > sizeof(r->text) - r->text_n) {
		STOP(r, VALUE_TOO_LONG, "%zu", sizeof(r->text));
		return;
	}
	memcpy(r->text + r->text_n, text, (size_t)n);
	r->text_n += (size_t)n;
}

static void on_document_type(
	void *arg, const xmlChar *name, const xmlChar *public, const xmlChar *system)
{
	struct reading *r = arg;

	(void)name, (void)public, (void)system;
	stop(r, fail_in(r->cx, line_now(r), "!DOCTYPE", XML_DTD, "%s", ""));
}

static void on_reference(void *arg, const xmlChar *name)
{
	struct reading *r = arg;

	(void)name;
	STOP(r, XML_DTD, "%s", "");
}

/* Its words may hold text of the file: they are not told. */
static void on_error(void *arg, xmlErrorPtr e)
{
	struct reading *r = arg;

	if (e->level >= XML_ERR_ERROR && e->domain != XML_FROM_NAMESPACE)
		STOP(r, XML_SYNTAX, "%s", "");
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* Bytes that are no UTF-8 must say what they are: then they are RK1048 or its Russian sister. */
static ST check_encoding(struct ctx *cx, struct str text, enum encoding encoding)
{
	struct str head = {text.p, text.n < 200 ? text.n : 200};
	struct str declaration = str_cut(&head, '>');
	static const char *const names[] = {"windows-1251", "WINDOWS-1251", "Windows-1251",
		"cp1251", "CP1251", "RK1048", "KZ-1048"};

	if (encoding != ENCODING_RK1048)
		return OK;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (memmem(declaration.p, declaration.n, names[i], strlen(names[i])))
			return OK;
	return fail_in(cx, 1, "?xml", TEXT_ENCODING, "%s", "");
}

static ST read_all(struct reading *r, struct str text)
{
	while (text.n && r->st == OK) {
		size_t n = text.n < CHUNK_BYTES ? text.n : CHUNK_BYTES;

		xmlParseChunk(r->xml, text.p, (int)n, 0);
		text.p += n;
		text.n -= n;
		if (r->sink->passed)
			r->sink->passed(r->sink->arg, text.p);
	}
	if (r->st == OK && (r->depth || !r->first_name.p))
		STOP(r, FILE_TRUNCATED, "%s", "");
	if (r->st == OK)
		xmlParseChunk(r->xml, NULL, 0, 1);
	if (r->st == OK && !r->xml->wellFormed)
		STOP(r, XML_SYNTAX, "%s", "");
	if (r->st == OK && !r->any)
		return fail_in(r->cx, 1, "", XML_MESSAGE, "<%.*s>", STR(r->first_name));
	return r->st;
}

ST xml_read(struct ctx *cx, struct str text, enum encoding encoding, const struct xml_sink *sink)
{
	xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_begin,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_document_type,
		.externalSubset = on_document_type,
		.reference = on_reference,
		.serror = on_error,
	};
	struct reading *r = ARENA_NEW(cx->arena, struct reading);

	TRY(check_encoding(cx, text, encoding));
	*r = (struct reading){.cx = cx, .sink = sink};
	r->xml = xmlCreatePushParserCtxt(&handler, r, NULL, 0, NULL);
	must(r->xml);
	/* The text is UTF-8 whatever its declaration says. */
	xmlCtxtUseOptions(r->xml, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	enum st st = read_all(r, str_trim(text));
	xmlFreeParserCtxt(r->xml);
	return st;
}
