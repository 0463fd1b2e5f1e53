/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in law book with one hostile file: the first byte chooses which file the rest of the
 * input takes the place of.
 */
#include "base/embed.h"
#include "fuzz/fuzz.h"
#include "limits.h"
#include "rules/lawbook.h"

extern const struct embedded law_files[];
extern const size_t law_files_count;

FUZZ_TARGET
{
	struct law_file files[LIMIT_LAW_FILES];
	struct lawbook *book;

	if (input.n == 0)
		return;
	must(law_files_count <= LIMIT_LAW_FILES);
	for (size_t i = 0; i < law_files_count; i++)
		files[i] = (struct law_file){law_files[i].name, law_files[i].text};
	files[(unsigned char)input.p[0] % law_files_count].text =
		(struct str){input.p + 1, input.n - 1};
	if (lawbook_read(cx, cx->arena, files, law_files_count, &book) != OK)
		must(cx->err.code != ERR_NONE);
}
