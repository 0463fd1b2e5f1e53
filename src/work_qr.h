/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of `saqta work` that asks banks for QR codes (service/qr_sender.h). People wait for it,
 * so each bank has a process of its own beside the rounds, with its own connection to the database:
 * a bank that does not answer holds up nobody else.
 */
#ifndef SAQTA_WORK_QR_H
#define SAQTA_WORK_QR_H

#include <sys/types.h>

#include "channels/cli/cli.h"
#include "service/qr_sender.h"

struct work_qr {
	struct cli *cli;
	const char *db_url;
	struct peer_settings peer; /* but for the certificate, that of all banks */
	struct qr_bank banks[QR_RAILS];
	const char *certificates[QR_RAILS]; /* NULL: none */
	bool set_up[QR_RAILS];
	pid_t children[QR_RAILS]; /* 0: none runs */
	int64_t started_ms[QR_RAILS];
};

/*
 * Reads the settings and the keys from their files; no bank set up is no error. Errors:
 * SETTING_VALUE, VALUE_MISSING (both with the setting as field), those of cli_read_file().
 */
ST work_qr_read(struct cli *cli, struct work_qr *out);
/* Codes that are due now, in this process: for --once. Errors: DB_*. */
ST work_qr_once(struct work_qr *w, struct call *call);
/* Starts the processes that do not run, of the banks that are set up. */
void work_qr_keep(struct work_qr *w);
void work_qr_stop(struct work_qr *w);

#endif
