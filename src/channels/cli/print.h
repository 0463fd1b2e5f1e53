/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of text that several commands print in the same way.
 */
#ifndef CHANNELS_CLI_PRINT_H
#define CHANNELS_CLI_PRINT_H

#include "channels/cli/cli.h"
#include "rules/step.h"

/* Characters on the screen, not bytes. */
size_t print_width(struct str s);
/* `s` and spaces up to `width` characters; spaces first when `right`. */
void print_padded(struct buf *b, struct str s, size_t width, bool right);
/* "  name             4 250 ₸" */
void print_money_row(struct cli *cli, struct str name, struct money sum);
/* The numbered steps of a decision, each with its article and its open question. */
void print_steps(struct cli *cli, const struct steps *steps);

#endif
