/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/web/assets.h"

#include "base/check.h"
#include "channels/web/web.h"

static const struct asset *find(struct str name)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_is(name, assets[i].name))
			return &assets[i];
	return NULL;
}

static struct reply *send(struct request *rq, const struct asset *a, enum reply_cache cache)
{
	const struct reply_file file = {
		.name = str_of(a->name),
		.media_type = a->media_type,
		.plain = a->plain,
		.br = a->br,
		.gzip = a->gzip,
		.etag = a->etag,
		.cache = cache,
		.any_origin = cache == REPLY_MINUTES,
	};

	return reply_file(rq, &file);
}

struct reply *web_asset(struct request *rq)
{
	const struct asset *a = find(request_param(rq, "name"));

	return a ? send(rq, a, REPLY_FOREVER) : reply_fail(rq, NOT_FOUND);
}

/* The one file that keeps its name: sites have its address in their pages. */
struct reply *web_embed_script(struct request *rq)
{
	const struct asset *a = find(STR_LIT("embed-v1.js"));

	must(a);
	return send(rq, a, REPLY_MINUTES);
}
