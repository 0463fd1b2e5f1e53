/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of JSON share.
 */
#ifndef FORMATS_JSON_PARTS_H
#define FORMATS_JSON_PARTS_H

#include <jansson.h>

#include "base/ctx.h"

/*
 * The tree of a text of any size; given back with json_decref(). Errors: JSON_SYNTAX, VALUE_TWICE,
 * TEXT_ENCODING.
 */
ST json_load(struct ctx *cx, struct str text, json_t **out);

#endif
