/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the payments of one commit read and write together. Each is decided alone, as if it were the
 * only one; what it writes is kept back until the end of the group, where the rows of a table are
 * written by few statements and one entry of the ledger stands for all (docs/adr, one entry for
 * each commit). Where a question costs a way to a server, what the units will ask is asked before
 * the first of them runs, and their persons are locked in one order.
 *
 * Only inside group_run().
 */
#ifndef SERVICE_PAY_GROUP_H
#define SERVICE_PAY_GROUP_H

#include "formats/biller.h"
#include "service/person_map.h"
#include "store/bank.h"

/* For `foresee` of a unit that will take this request: notes its number and its person. */
void pay_group_foresee(struct call *call, struct str bank, const struct biller_request *rq);

/* bank_txn_find(), which knows those of this group. */
ST pay_group_txn(
	struct call *call, struct str bank, struct str ref, struct bank_txn *out, bool *found);

/*
 * Locks the person and reads the map: what the group has of them still to write is written before.
 * Errors as person_map_find().
 */
ST pay_group_person(
	struct call *call, const struct iin *iin, struct day known, struct person_map *out);

/* The unit writes facts of the person itself: what was read of them before holds no longer. */
void pay_group_forget(struct call *call, int64_t person);

/* One payment that was decided. */
struct payment_taken {
	struct bank_txn txn; /* `posted` is set by the group; answer and texts are in the arena of
				the group */
	const struct placed_line *lines;
	size_t line_count;
	const struct advance_move *used; /* advances whose money is in the lines */
	size_t used_count;
	struct person_map *map; /* of pay_group_person(); with the lines in it where is_summed */
	bool is_summed;
	struct day today;
};
ST pay_group_add(struct call *call, const struct payment_taken *taken);

/* Writes what is kept back: for whoever reads tables next. Nothing to do outside of a group. */
ST pay_group_flush(struct call *call);

#endif
