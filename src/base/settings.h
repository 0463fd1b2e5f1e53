/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings come from one table, src/settings.def, with documented defaults. The later wins:
 * default, file (YAML, `key: value` lines), environment (SAQTA_<KEY>), command line.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/ctx.h"

enum setting {
#define SETTING(name, key, standard, kind) SETTING_##name,
#include "settings.def"
#undef SETTING
	SETTING_COUNT
};

enum setting_kind { SETTING_TEXT, SETTING_COUNT_OF, SETTING_SECRET };

struct setting_info {
	const char *key;
	const char *standard; /* the default */
	enum setting_kind kind;
};

struct settings {
	struct str value[SETTING_COUNT];
};

const struct setting_info *setting_info(enum setting s);
bool setting_find(struct str key, enum setting *out);

/* All defaults. */
void settings_start(struct settings *out);
/*
 * The settings of a file, over those that are there: a mapping of keys to texts. `name` stands in
 * err.field. Values live in cx->arena. Errors: YAML_SYNTAX, VALUE_UNKNOWN (no such setting, or a
 * value that is no text), and those of settings_set(), all with the line.
 */
ST settings_read(struct ctx *cx, const char *name, struct str text, struct settings *out);
/* The environment, over those that are there. Errors: those of settings_set(). */
ST settings_environment(struct ctx *cx, struct settings *out);
/* One value; the command line comes last. Errors: NUMBER_FORMAT where a count is due. */
ST settings_set(struct ctx *cx, struct settings *s, enum setting which, struct str value);

/* A count that settings_set() has checked. */
uint64_t settings_count(const struct settings *s, enum setting which);

#endif
