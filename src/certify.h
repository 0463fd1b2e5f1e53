/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `saqta certify-bank`: the conformance kit of the banks' channel, as a bank against a
 * biller (service/certify.h) and as a biller against a bank (channels/certify).
 */
#ifndef SAQTA_CERTIFY_H
#define SAQTA_CERTIFY_H

#include "channels/cli/cli.h"

extern const struct option certify_options[];
enum st certify_command(struct cli *cli);

#endif
