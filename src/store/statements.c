/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#define STORE_STATEMENT(name) extern const struct stmt stmt_##name;
#include "store/statements.def"
#undef STORE_STATEMENT

const struct stmt *const store_statements[] = {
#define STORE_STATEMENT(name) &stmt_##name,
#include "store/statements.def"
#undef STORE_STATEMENT
};
const size_t store_statement_count = sizeof(store_statements) / sizeof(store_statements[0]);
