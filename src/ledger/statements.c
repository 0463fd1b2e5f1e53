/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/statements.h"

#define LEDGER_STATEMENT(name) extern const struct stmt stmt_##name;
#include "store/statements.def"
#undef LEDGER_STATEMENT

const struct stmt *const ledger_statements[] = {
#define LEDGER_STATEMENT(name) &stmt_##name,
#include "store/statements.def"
#undef LEDGER_STATEMENT
};
const size_t ledger_statement_count = sizeof(ledger_statements) / sizeof(ledger_statements[0]);
