/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call: context + database + law book + who asks. Channels make one per request, command or job
 * and pass it to exactly one service.
 */
#ifndef SERVICE_CALL_H
#define SERVICE_CALL_H

#include "base/ctx.h"
#include "rules/lawbook.h"

struct db;
struct group;

enum actor_role { ACTOR_PUBLIC, ACTOR_OPERATOR, ACTOR_SYSTEM };
enum channel { CHANNEL_CLI, CHANNEL_WEB, CHANNEL_API, CHANNEL_EMBED, CHANNEL_WORK, CHANNEL_BILLER };

struct call {
	struct ctx *cx;
	struct db *db; /* NULL where no database is needed (calculations) */
	const struct lawbook *book;
	enum actor_role role;
	enum channel channel;
	struct group *group; /* of the unit that runs (service/group.h); else NULL */
};

#endif
