/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes that share one commit: all units that are ready in a turn of the loop run in one
 * transaction, so that one flush to the disk answers them all. A unit that fails never takes its
 * neighbours along: the transaction is rolled back and the units are run again one by one, each in
 * a transaction of its own (docs/adr, group commit).
 */
#ifndef SERVICE_GROUP_H
#define SERVICE_GROUP_H

#include "service/call.h"

struct group_unit {
	/*
	 * The work of one unit, inside a write transaction of call->db. May run more than once and
	 * sets its results anew each time. What must outlive the run is in `keep`; call->cx->arena
	 * is emptied behind it. A refusal that writes nothing is no failure: it returns OK.
	 */
	ST (*run)(struct call *call, struct arena *keep, void *arg);
	/*
	 * Notes what the unit will ask, before the first one of the group runs, so that it can be
	 * asked for all at once (group_shared()). NULL = nothing.
	 */
	void (*foresee)(struct call *call, void *arg);
	void *arg;
	/*
	 * The units of a group run in this order (then in that in which they came), so that two
	 * groups that run at once do not wait for each other: the number of the person.
	 */
	int64_t order;
	uint64_t trace; /* of the request */
	enum lang lang;
	/* Set by group_run(): what became of it. OK means: it is on the disk. */
	enum st st;
	struct err_slot err;
};

/*
 * What units of one kind read and write together. `ready` runs when all units have foreseen,
 * `finish` when all have run, still in the transaction; each may be NULL. An error of either is one
 * of the group: its units are run again one by one, unless it would stop each of them too.
 */
struct group_kind {
	size_t bytes;
	ST (*ready)(struct call *call, void *shared);
	ST (*finish)(struct call *call, void *shared);
};
enum { GROUP_KINDS_MAX = 4 };
/* What the units of this kind share in the group that runs: zeroes when first asked for. */
void *group_shared(struct call *call, const struct group_kind *kind);
/* Memory that lives until the end of the group. */
struct arena *group_arena(struct call *call);

/* Sorts `units`. call->cx->arena is emptied; `keep` lives longer. */
void group_run(struct call *call, struct group_unit **units, size_t count, struct arena *keep);

#endif
