/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a file of any size, in memory that does not grow with it: the file is mapped, and
 * whoever reads it says how far he is, so that what lies behind is given back.
 */
#ifndef SERVICE_TEXTFILE_H
#define SERVICE_TEXTFILE_H

#include "base/ctx.h"
#include "formats/encoding.h"

struct textfile {
	struct str text; /* UTF-8 without its mark */
	enum encoding encoding;
	int fd;
	char *map;
	size_t bytes, passed; /* of the map; `passed` were given back */
};

/*
 * Opens `path`; "-" is standard input, which, like a pipe, is first written to a file without a
 * name in $TMPDIR. What is not UTF-8 is converted into cx->arena: at most LIMIT_IMPORT_TEXT_BYTES.
 * Ended by textfile_close(), also after an error. Errors: FILE_OPEN, FILE_READ, FILE_WRITE,
 * FILE_TOO_BIG (more than LIMIT_IMPORT_FILE_BYTES), those of encoding_read().
 */
ST textfile_open(struct ctx *cx, const char *path, struct textfile *out);
void textfile_close(struct textfile *f);

/* `passed` of struct biller_input. */
void textfile_passed(void *f, const char *upto);

#endif
