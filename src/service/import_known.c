/* SPDX-License-Identifier: Apache-2.0 */
#include "service/import_parts.h"

#include <stdlib.h>

#include "base/check.h"
#include "limits.h"

ST import_requisites(
	struct import *im, const char *role, struct day on, const struct law_requisites **out)
{
	*out = lawbook_requisites(im->call->book, role, on);
	return *out ? OK : fail(&im->cx, LAW_NO_RULE, "%s", role);
}

int64_t import_person_key(const struct import *im, const struct iin *iin)
{
	uint64_t number = 0;

	if (!im->options->check_only)
		return people_key(im->call->db, iin);
	must(str_to_u64(iin_digits(iin), INT64_MAX, &number));
	return (int64_t)number;
}

static int key_order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

ST import_known_load(struct import *im, int64_t *keys, size_t count, struct import_known *out)
{
	struct arena *arena = im->work.arena;
	size_t unique = count > 0, batches = count / LIMIT_FACTS_BATCH + 1;

	*out = (struct import_known){.batches = arena_array(arena, batches, sizeof(*out->batches)),
		.counts = arena_array(arena, batches, sizeof(*out->counts))};
	qsort(keys, count, sizeof(*keys), key_order);
	for (size_t i = 1; i < count; i++)
		if (keys[i] != keys[unique - 1])
			keys[unique++] = keys[i];
	for (size_t at = 0; at < unique; at += LIMIT_FACTS_BATCH) {
		size_t size = unique - at < LIMIT_FACTS_BATCH ? unique - at : LIMIT_FACTS_BATCH;

		TRY(facts_load_many(
			&im->work, im->call->db, keys + at, size, &out->batches[out->batch_count]));
		out->counts[out->batch_count++] = size;
	}
	return OK;
}

const struct facts *import_known_facts(const struct import_known *known, int64_t person)
{
	for (size_t i = 0; i < known->batch_count; i++) {
		size_t low = 0, high = known->counts[i];

		while (low < high) {
			size_t middle = (low + high) / 2;
			const struct person_facts *f = &known->batches[i][middle];

			if (f->person == person)
				return &f->facts;
			if (f->person < person)
				low = middle + 1;
			else
				high = middle;
		}
	}
	return NULL;
}
