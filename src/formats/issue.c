/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/issue.h"

#include <stdarg.h>

#include "base/check.h"
#include "limits.h"

struct issues issues_new(struct arena *a)
{
	return (struct issues){.arena = a};
}

/* The slot to fill, or NULL when there are enough of this weight. */
static struct issue *next(struct issues *list, enum issue_weight weight)
{
	struct issue *issue;

	if (++list->total[weight] > LIMIT_ISSUES)
		return NULL;
	issue = ARENA_PUSH(list->arena, list->items, list->count, list->cap);
	issue->weight = weight;
	return issue;
}

void issue_add(struct issues *list, enum issue_weight weight, size_t line, const char *field,
	enum err code, const char *fmt, ...)
{
	struct issue *issue = next(list, weight);
	va_list ap;

	if (!issue)
		return;
	va_start(ap, fmt);
	err_fill(&issue->err, code, line, field, fmt, ap);
	va_end(ap);
}

void issue_take(struct issues *list, enum issue_weight weight, struct ctx *cx, size_t line,
	const char *field)
{
	struct issue *issue = next(list, weight);

	must(cx->err.code != ERR_NONE);
	if (issue) {
		issue->err = cx->err;
		if (issue->err.line == 0)
			issue->err.line = line;
		if (issue->err.field[0] == '\0')
			err_set_field(&issue->err, field);
	}
	err_clear(cx);
}

enum st issues_first(struct ctx *cx, const struct issues *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].weight == ISSUE_FILE) {
			cx->err = list->items[i].err;
			return err_info(cx->err.code)->class;
		}
	}
	return OK;
}
