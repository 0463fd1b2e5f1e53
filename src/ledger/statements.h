/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statements of this layer in one table, for the tests.
 */
#ifndef LEDGER_STATEMENTS_H
#define LEDGER_STATEMENTS_H

#include "store/db.h"

extern const struct stmt *const ledger_statements[];
extern const size_t ledger_statement_count;

#endif
