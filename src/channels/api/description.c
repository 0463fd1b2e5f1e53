/* SPDX-License-Identifier: Apache-2.0 */
#include "channels/api/api.h"

#include "base/check.h"
#include "base/embed.h"

/* docs/api/openapi.yaml, built in. */
extern const struct embedded api_files[];
extern const size_t api_files_count;

struct reply *api_description(struct request *rq)
{
	must(api_files_count == 1);
	return reply_file(rq, &(struct reply_file){
				      .name = STR_LIT("openapi.yaml"),
				      .media_type = "application/yaml; charset=utf-8",
				      .plain = api_files[0].text,
				      .etag = "\"" API_ETAG "\"",
				      .cache = REPLY_FRESH,
				      .any_origin = true,
			      });
}
