/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `saqta work`: rounds of service/work.h until SIGTERM or SIGINT.
 */
#ifndef SAQTA_WORK_H
#define SAQTA_WORK_H

#include "channels/cli/cli.h"

extern const struct option work_options[];
enum st work_command(struct cli *cli);

#endif
