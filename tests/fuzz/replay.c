/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs one fuzz target over the files of a corpus, each as one TAP case: what was once found stays
 * found, without clang.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/fuzz.h"

static bool run_file(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *bytes = NULL;
	long size;
	bool read = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (!f)
		return false;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		bytes = malloc((size_t)size + 1);
		read = bytes && fread(bytes, 1, (size_t)size, f) == (size_t)size;
		if (read)
			LLVMFuzzerTestOneInput(bytes, (size_t)size);
	}
	free(bytes);
	fclose(f);
	return read;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int count, failed = 0;

	must(argc == 2);
	count = scandir(argv[1], &entries, is_file, alphasort);
	if (count < 1) {
		printf("Bail out! no corpus\n");
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		bool ok = run_file(argv[1], entries[i]->d_name);

		failed += !ok;
		printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 1, entries[i]->d_name);
		fflush(stdout);
		free(entries[i]);
	}
	free(entries);
	return failed ? 1 : 0;
}
