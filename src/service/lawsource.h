/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the text of the law book comes from: the files built into the program, or a folder.
 */
#ifndef SERVICE_LAWSOURCE_H
#define SERVICE_LAWSOURCE_H

#include "rules/lawbook.h"

/*
 * Reads all *.yaml of the folder `dir`, or the built-in book when it is NULL. The book lives in
 * `arena`, which must outlive it. Errors: LAW_FILE (the folder or a file cannot be read, is too
 * big, or there is none), and those of lawbook_read().
 */
ST lawsource_load(struct ctx *cx, struct arena *arena, const char *dir, struct lawbook **out);

#endif
