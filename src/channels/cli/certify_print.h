/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports of the conformance kit as text.
 */
#ifndef CHANNELS_CLI_CERTIFY_PRINT_H
#define CHANNELS_CLI_CERTIFY_PRINT_H

#include "channels/cli/cli.h"
#include "service/certify_watch.h"

/* "passed  pay-again  the same payment again: …" */
void certify_print_line(
	struct cli *cli, enum certify_verdict v, const char *name, struct str title);
/* The line of a case; of one that failed, what was sent, what came and what was due. */
void certify_print_result(struct cli *cli, const struct certify_result *r);
/* Counts, payments, and those that stay paid. */
void certify_print_total(struct cli *cli, const struct certify_report *r);
/* What the bank's program has to do: one line for each account, under the address if there is one.
 */
void certify_print_accounts(struct cli *cli, const struct watch *w, struct str url);
/* A request that came. */
void certify_print_heard(struct cli *cli, const struct watch_reply *r);
/* The verdicts, with the rules that were broken, and their counts. */
void certify_print_watch(struct cli *cli, const struct watch *w);
/* The cases of a bank, without running any. */
void certify_print_list(struct cli *cli, const struct certify_plan *plan);

#endif
