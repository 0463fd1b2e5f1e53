/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An error for machines, as RFC 9457 (problem details) says it: the same object from the API and
 * from the command line.
 */
#ifndef FORMATS_PROBLEM_H
#define FORMATS_PROBLEM_H

#include "base/ctx.h"
#include "formats/json_write.h"

/*
 * Puts type, title, status, code, number, detail, field and trace of cx->err, in cx->lang, into the
 * open object of `j`. `otherwise` is the title of a status that has no words in po/.
 */
void problem_put_keys(struct json *j, const struct ctx *cx, const char *otherwise);

#endif
