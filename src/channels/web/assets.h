/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built look (web/dist) inside the program: plain, gzip and brotli, made by tools/pack.c.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "base/str.h"

struct asset {
	const char *name;           /* "app-3f….css" */
	const char *media_type;     /* "text/css; charset=utf-8" */
	const char *etag;           /* quoted */
	struct str plain, br, gzip; /* br and gzip are empty when they would not be smaller */
};

extern const struct asset assets[];
extern const size_t asset_count;

#endif
