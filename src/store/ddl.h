/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ten words in which db/NNNN_*.sql say what a column is, as each engine spells them.
 */
#ifndef STORE_DDL_H
#define STORE_DDL_H

#include "store/db.h"

/*
 * `text` in the words of `engine`: KEY REF NUMBER MONEY DAY MONTH INSTANT FLAG LABEL BYTES after a
 * column's name, and CLUSTERED after a table (stored in the order of its key). Errors: DB_BROKEN on
 * another word in that place.
 */
ST ddl_spell(struct ctx *cx, struct str text, enum engine engine, struct buf *out);

#endif
