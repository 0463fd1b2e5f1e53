/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/iso20022.h"

#include "base/yaml.h"
#include "limits.h"

enum { PARTS_MAX = 12, PATH_BYTES_MAX = 200 };

const struct iso_profile iso_profile_standard = {{
#define ISO_FACT(name, key, path_) [ISO_##name] = path_,
#include "formats/iso20022.def"
#undef ISO_FACT
}};

static const char *const keys[ISO_FACTS] = {
#define ISO_FACT(name, key, path_) [ISO_##name] = key,
#include "formats/iso20022.def"
#undef ISO_FACT
};

static bool is_name(struct str s)
{
	bool good = s.n > 0 && s.n <= LIMIT_XML_NAME_BYTES;

	for (size_t i = 0; i < s.n; i++)
		good = good &&
		       ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
			       (i > 0 && s.p[i] >= '0' && s.p[i] <= '9'));
	return good;
}

static bool is_path(struct str s)
{
	size_t parts = 0;

	if (s.n > PATH_BYTES_MAX)
		return false;
	while (s.p && parts <= PARTS_MAX) {
		if (!is_name(str_cut(&s, '/')))
			return false;
		parts++;
	}
	return parts <= PARTS_MAX;
}

static ST read_fact(
	struct ctx *cx, struct str key, const struct yaml_node *value, struct iso_profile *out)
{
	for (int f = 0; f < ISO_FACTS; f++) {
		if (!str_is(key, keys[f]))
			continue;
		if (value->kind != YAML_TEXT || (value->text.n && !is_path(value->text)))
			return fail_in(cx, value->line, keys[f], VALUE_UNKNOWN, "%s", "");
		out->path[f] = value->text.n ? str_z(cx->arena, value->text) : NULL;
		return OK;
	}
	return fail_in(cx, value->line, "", FIELD_UNKNOWN, "%.*s", STR(str_harmless(key)));
}

enum st iso_profile_read(struct ctx *cx, const char *name, struct str text, struct iso_profile *out)
{
	struct yaml_node *root;

	*out = iso_profile_standard;
	TRY(yaml_read(cx, cx->arena, name, text, &root));
	if (root->kind != YAML_MAP)
		return fail_in(cx, root->line, name, YAML_SYNTAX, "%s", "");
	for (size_t i = 0; i < root->count; i++)
		TRY(read_fact(cx, root->keys[i], root->items[i], out));
	return OK;
}
