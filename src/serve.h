/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saqta serve: settings, law book and database put together with the server and its routes.
 */
#ifndef SAQTA_SERVE_H
#define SAQTA_SERVE_H

#include "channels/cli/cli.h"

extern const struct option serve_options[];
enum st serve_command(struct cli *cli);

#endif
