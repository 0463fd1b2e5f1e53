/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML text as a small tree in an arena: the law book and the settings file are read with this.
 *
 * It is the plain part of YAML that people write by hand: one document of mappings, lists and
 * scalars. Anchors, aliases, tags and a second document are refused, and so is a key that stands
 * twice in one mapping. Every node knows its line.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/ctx.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	size_t line;              /* 1-based */
	struct str text;          /* YAML_TEXT: without quotes and escapes */
	struct str *keys;         /* YAML_MAP: one per item, in the order of the text */
	struct yaml_node **items; /* YAML_LIST, YAML_MAP */
	size_t count;
};

/*
 * Reads `text`, at most LIMIT_YAML_BYTES, into `arena`. `name` stands in err.field.
 * Error: YAML_SYNTAX with the line; the detail says what is wrong.
 */
ST yaml_read(struct ctx *cx, struct arena *arena, const char *name, struct str text,
	struct yaml_node **out);

/* The value of a key, or NULL. `map` must be a YAML_MAP. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

#endif
