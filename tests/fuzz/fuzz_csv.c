/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/csv.h"
#include "formats/encoding.h"
#include "formats/registers.h"
#include "fuzz/fuzz.h"

enum { TEXT_MAX = 8 << 20 };

FUZZ_TARGET
{
	struct register_file file;
	enum encoding encoding;
	struct str text;
	bool more = true;

	if (encoding_read(cx, input, TEXT_MAX, &encoding, &text) != OK)
		return;
	struct csv csv = csv_start(text);
	while (csv_next(cx, &csv, &more) == OK && more)
		must(csv.count <= LIMIT_CSV_COLUMNS);
	if (register_parse(cx, text, &file) != OK)
		return;
	for (size_t i = 0; i < file.count; i++) {
		must(file.rows[i].problem < ERR_COUNT);
		if (file.rows[i].problem == ERR_NONE)
			must(iin_valid(file.rows[i].iin.d));
	}
}
