/* SPDX-License-Identifier: Apache-2.0 */
/* The files of law/ as texts, for tests that read the book with faults in it. */
#ifndef UNIT_RULES_LAW_FILES_H
#define UNIT_RULES_LAW_FILES_H

#include "support/test.h"

#include "rules/lawbook.h"

enum { FILES_MAX = 32, FILE_BYTES = 1 << 20 };

static const char *const names[] = {"categories.yaml", "codes.yaml", "deadlines.yaml", "open.yaml",
	"payers.yaml", "penalty.yaml", "status.yaml", "units.yaml"};

struct state {
	struct ctx cx;
	struct law_file files[FILES_MAX];
	size_t count;
};

static int setup(void **state)
{
	static struct state s;

	s = (struct state){.cx = {.arena = arena_new(256 << 20)}, .count = TEST_COUNT(names)};
	for (size_t i = 0; i < TEST_COUNT(names); i++) {
		char path[512];
		char *text = arena_alloc(s.cx.arena, FILE_BYTES);

		snprintf(path, sizeof(path), "%s/%s", LAW_DIR, names[i]);
		FILE *f = fopen(path, "r");

		assert_non_null(f);
		size_t n = fread(text, 1, FILE_BYTES - 1, f);

		fclose(f);
		text[n] = 0;
		s.files[i] = (struct law_file){names[i], {text, n}};
	}
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	arena_free(((struct state *)*state)->cx.arena);
	return 0;
}

#endif
