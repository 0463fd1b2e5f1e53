/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"
#include "fuzz/fuzz.h"

/* Depth is capped by the reader. */
static void walk(const struct yaml_node *node)
{
	must(node->line >= 1);
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAP)
			must(node->keys[i].p);
		walk(node->items[i]);
	}
}

FUZZ_TARGET
{
	struct yaml_node *root;

	if (yaml_read(cx, cx->arena, "input.yaml", input, &root) == OK)
		walk(root);
}
