/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/json_read.h"
#include "fuzz/fuzz.h"

struct everything {
	struct str text;
	struct money sum;
	int64_t number;
	bool flag, has_day;
	struct day day;
	struct month month;
	struct json_list texts, sums;
};

#define FIELD(name_, type_)                                                                        \
	{                                                                                          \
		.name = #name_, .type = (type_), .offset = offsetof(struct everything, name_),     \
		.has = JSON_NO_HAS                                                                 \
	}

FUZZ_TARGET
{
	static const struct json_field fields[] = {
		FIELD(text, JSON_FIELD_STR),
		FIELD(sum, JSON_FIELD_MONEY),
		FIELD(number, JSON_FIELD_INT),
		FIELD(flag, JSON_FIELD_BOOL),
		{.name = "day",
			.type = JSON_FIELD_DAY,
			.offset = offsetof(struct everything, day),
			.has = offsetof(struct everything, has_day)},
		FIELD(month, JSON_FIELD_MONTH),
		FIELD(texts, JSON_FIELD_STRS),
		FIELD(sums, JSON_FIELD_MONEYS),
	};
	struct everything got = {0};

	if (json_read(cx, input, fields, sizeof(fields) / sizeof(fields[0]), &got) != OK) {
		must(cx->err.code != ERR_NONE);
		return;
	}
	must(!money_is_negative(got.sum));
	for (size_t i = 0; i < got.sums.count; i++)
		must(!money_is_negative(((const struct money *)got.sums.items)[i]));
}
