/* SPDX-License-Identifier: Apache-2.0 */
#include "service/recheck.h"

#include "rules/coverage.h"

ST recheck_coverage(struct ctx *cx, void *arg, const struct person_facts *facts,
	const struct coverage_row *row, struct buf *out, bool *skip)
{
	const struct recheck *recheck = arg;
	struct sha256 law = lawbook_digest(recheck->book);
	struct coverage_map map;

	*skip = row->law != coverage_law(&law);
	if (*skip)
		return OK;
	TRY(coverage_map_build(cx, recheck->book, &facts->facts, row->known, &map));
	coverage_map_write(&map, out);
	return OK;
}
