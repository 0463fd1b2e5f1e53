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

/*
 * Defaults, then the environment. Values live in cx->arena. Errors: those of settings_set().
 */
ST settings_load(struct ctx *cx, struct settings *out);
/* One value; the command line comes last. Errors: NUMBER_FORMAT where a count is due. */
ST settings_set(struct ctx *cx, struct settings *s, enum setting which, struct str value);

/* A count that settings_set() has checked. */
uint64_t settings_count(const struct settings *s, enum setting which);

#endif
