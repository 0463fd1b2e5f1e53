/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that write. A handler does not write itself: it hands a unit of work to the loop, which
 * runs all units of its turn in one transaction and only then, after their common commit, asks each
 * for its answer (docs/adr, group commit). Until then the connection waits.
 *
 *	struct reply *ask(struct request *rq)
 *	{
 *		struct job *job = ARENA_NEW(rq->keep, struct job);
 *		...
 *		job->later = (struct later){{.run = write_it, .arg = job}, answer_it};
 *		return reply_later(rq, &job->later);
 *	}
 */
#ifndef CHANNELS_HTTP_LATER_H
#define CHANNELS_HTTP_LATER_H

#include "channels/http/reply.h"
#include "service/group.h"

struct later {
	struct group_unit unit;
	/*
	 * Makes the answer when it is known what became of the unit. Of the request only call,
	 * site, route, method, keep, peer and tls are there: what else is needed must stand in
	 * rq->keep with the unit. cx->err is that of the unit.
	 */
	struct reply *(*answer)(struct request *rq, struct later *later);
};

/* `later` lies in rq->keep. Its trace and language are set here. */
struct reply *reply_later(struct request *rq, struct later *later);

#endif
