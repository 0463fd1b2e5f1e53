/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <yaml.h>

#include "base/check.h"
#include "limits.h"

/* A mapping or list that is still being filled. */
struct open_node {
	struct yaml_node *node;
	size_t key_cap, item_cap;
	bool key_waits; /* a key was read and its value comes next */
};

struct tree {
	struct ctx *cx;
	struct arena *arena;
	const char *name;
	struct open_node stack[LIMIT_YAML_DEPTH];
	size_t depth;
	size_t nodes;
	struct yaml_node *root;
};

#define refuse(t, line, ...) fail_in((t)->cx, (line), (t)->name, YAML_SYNTAX, __VA_ARGS__)

static struct str scalar_text(struct tree *t, const yaml_event_t *e)
{
	size_t n = e->data.scalar.length;

	return (struct str){arena_copy(t->arena, e->data.scalar.value, n), n};
}

static enum st take_key(struct tree *t, struct open_node *top, struct str key, size_t line)
{
	struct yaml_node *map = top->node;

	if (map->count >= LIMIT_YAML_KEYS)
		return refuse(t, line, "more than %d keys in one mapping", LIMIT_YAML_KEYS);
	for (size_t i = 0; i < map->count; i++)
		if (str_eq(map->keys[i], key))
			return refuse(t, line, "the key stands twice: %.40s", key.p);
	size_t n = map->count;

	*ARENA_PUSH(t->arena, map->keys, n, top->key_cap) = key;
	top->key_waits = true;
	return OK;
}

/* Hangs a node under the innermost open one, or makes it the root. */
static enum st place(struct tree *t, struct yaml_node *node)
{
	if (t->depth == 0) {
		if (t->root)
			return refuse(t, node->line, "a second document");
		t->root = node;
		return OK;
	}
	struct open_node *top = &t->stack[t->depth - 1];

	if (top->node->kind == YAML_MAP) {
		if (!top->key_waits)
			return refuse(t, node->line, "a key must be a plain word");
		top->key_waits = false;
	}
	*ARENA_PUSH(t->arena, top->node->items, top->node->count, top->item_cap) = node;
	return OK;
}

static enum st take_scalar(struct tree *t, const yaml_event_t *e, size_t line)
{
	struct open_node *top = t->depth ? &t->stack[t->depth - 1] : NULL;
	struct str text = scalar_text(t, e);

	if (e->data.scalar.anchor || e->data.scalar.tag)
		return refuse(t, line, "anchors and tags are not used here");
	if (memchr(text.p, 0, text.n))
		return refuse(t, line, "a zero byte");
	if (top && top->node->kind == YAML_MAP && !top->key_waits)
		return take_key(t, top, text, line);
	if (++t->nodes > LIMIT_YAML_NODES)
		return refuse(t, line, "more than %d values", LIMIT_YAML_NODES);
	struct yaml_node *node = ARENA_NEW(t->arena, struct yaml_node);

	*node = (struct yaml_node){.kind = YAML_TEXT, .line = line, .text = text};
	return place(t, node);
}

static enum st open_nested(struct tree *t, enum yaml_kind kind, bool marked, size_t line)
{
	if (marked)
		return refuse(t, line, "anchors and tags are not used here");
	if (t->depth >= LIMIT_YAML_DEPTH)
		return refuse(t, line, "more than %d levels", LIMIT_YAML_DEPTH);
	if (++t->nodes > LIMIT_YAML_NODES)
		return refuse(t, line, "more than %d values", LIMIT_YAML_NODES);
	struct yaml_node *node = ARENA_NEW(t->arena, struct yaml_node);

	*node = (struct yaml_node){.kind = kind, .line = line};
	TRY(place(t, node));
	t->stack[t->depth++] = (struct open_node){.node = node};
	return OK;
}

static enum st take_event(struct tree *t, const yaml_event_t *e)
{
	size_t line = e->start_mark.line + 1;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(t, e, line);
	case YAML_SEQUENCE_START_EVENT:
		return open_nested(t, YAML_LIST,
			e->data.sequence_start.anchor || e->data.sequence_start.tag, line);
	case YAML_MAPPING_START_EVENT:
		return open_nested(t, YAML_MAP,
			e->data.mapping_start.anchor || e->data.mapping_start.tag, line);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		must(t->depth > 0);
		t->depth--;
		return OK;
	case YAML_ALIAS_EVENT:
		return refuse(t, line, "anchors and tags are not used here");
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
	return OK;
}

static enum st take_all(struct tree *t, yaml_parser_t *parser)
{
	yaml_event_t event;
	bool done = false;

	while (!done) {
		if (!yaml_parser_parse(parser, &event))
			return refuse(t, parser->problem_mark.line + 1, "%s",
				parser->problem ? parser->problem : "not YAML");
		enum st st = take_event(t, &event);

		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		TRY(st);
	}
	if (!t->root)
		return refuse(t, 1, "the text is empty");
	return OK;
}

enum st yaml_read(struct ctx *cx, struct arena *arena, const char *name, struct str text,
	struct yaml_node **out)
{
	struct tree t = {.cx = cx, .arena = arena, .name = name};
	yaml_parser_t parser;

	if (text.n > LIMIT_YAML_BYTES)
		return refuse(&t, 0, "longer than %d bytes", LIMIT_YAML_BYTES);
	must(yaml_parser_initialize(&parser));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	/* libyaml aborts on a null pointer, also when it is to read nothing. */
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)(text.n ? text.p : ""), text.n);
	enum st st = take_all(&t, &parser);

	yaml_parser_delete(&parser);
	TRY(st);
	*out = t.root;
	return OK;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	must(map->kind == YAML_MAP);
	for (size_t i = 0; i < map->count; i++)
		if (str_is(map->keys[i], key))
			return map->items[i];
	return NULL;
}
