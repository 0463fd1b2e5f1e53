/* SPDX-License-Identifier: Apache-2.0 */
#include "base/settings.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/yaml.h"

static const struct setting_info infos[SETTING_COUNT] = {
#define TEXT SETTING_TEXT
#define COUNT SETTING_COUNT_OF
#define SECRET SETTING_SECRET
#define SETTING(name, key, standard, kind) {key, standard, kind},
#include "settings.def"
#undef SETTING
#undef TEXT
#undef COUNT
#undef SECRET
};

const struct setting_info *setting_info(enum setting s)
{
	must((unsigned)s < SETTING_COUNT);
	return &infos[s];
}

bool setting_find(struct str key, enum setting *out)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		if (str_is(key, infos[i].key)) {
			*out = (enum setting)i;
			return true;
		}
	}
	return false;
}

enum st settings_set(struct ctx *cx, struct settings *s, enum setting which, struct str value)
{
	uint64_t count;

	switch (setting_info(which)->kind) {
	case SETTING_TEXT:
	case SETTING_SECRET:
		break;
	case SETTING_COUNT_OF:
		if (!str_to_u64(value, UINT32_MAX, &count))
			return fail_in(cx, 0, infos[which].key, NUMBER_FORMAT, "%s", "");
		break;
	}
	s->value[which] = str_copy(cx->arena, value);
	return OK;
}

uint64_t settings_count(const struct settings *s, enum setting which)
{
	uint64_t count = 0;

	must(infos[which].kind == SETTING_COUNT_OF);
	must(str_to_u64(s->value[which], UINT32_MAX, &count));
	return count;
}

/* "SAQTA_DB" for the key "db", "SAQTA_TLS_CERT" for "tls-cert". */
static const char *environment_name(struct arena *a, const char *key)
{
	struct buf b = buf_new(a, 64);

	buf_z(&b, "SAQTA_");
	for (; *key; key++)
		buf_char(&b, *key == '-' ? '_' : (char)(*key - 'a' + 'A'));
	must(!b.over);
	return str_z(a, buf_view(&b));
}

void settings_start(struct settings *out)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++)
		out->value[i] = str_of(infos[i].standard);
}

enum st settings_read(struct ctx *cx, const char *name, struct str text, struct settings *out)
{
	struct yaml_node *root;

	TRY(yaml_read(cx, cx->arena, name, text, &root));
	if (root->kind != YAML_MAP)
		return fail_in(cx, root->line, name, VALUE_UNKNOWN, "%s", "");
	for (size_t i = 0; i < root->count; i++) {
		const struct yaml_node *value = root->items[i];
		enum setting which;

		if (value->kind != YAML_TEXT || !setting_find(root->keys[i], &which))
			return fail_in(
				cx, value->line, name, VALUE_UNKNOWN, "%.*s", STR(root->keys[i]));
		enum st st = settings_set(cx, out, which, value->text);
		if (st != OK) {
			cx->err.line = value->line;
			return st;
		}
	}
	return OK;
}

enum st settings_environment(struct ctx *cx, struct settings *out)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const char *value = getenv(environment_name(cx->arena, infos[i].key));

		if (value)
			TRY(settings_set(cx, out, (enum setting)i, str_of(value)));
	}
	return OK;
}
