/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The people part of `saqta law diff OLD NEW --people DB`: how many and who.
 */
#ifndef CHANNELS_CLI_LAW_PEOPLE_LIST_H
#define CHANNELS_CLI_LAW_PEOPLE_LIST_H

#include "channels/cli/cli.h"
#include "formats/json_write.h"
#include "service/law_people.h"

struct law_people_list {
	struct cli *cli; /* set by the caller, the rest by law_people_run() */
	struct law_people_order order;
	struct law_people_report report;
	struct law_person_change *shown; /* at most --limit of them */
	size_t shown_count, shown_max;
	int file; /* of --csv; -1 = none */
	struct buf rows;
};

/*
 * Opens the database of --people and compares its persons under the two books; --csv is written on
 * the way. Errors: of the options --on, --known, --limit and --csv, FILE_OPEN, FILE_WRITE, those of
 * law_people_compare().
 */
ST law_people_run(
	struct law_people_list *list, const struct lawbook *before, const struct lawbook *after);
void law_people_put_text(const struct law_people_list *list);
/* The key "people", into the open object of `j`. */
void law_people_put_json(const struct law_people_list *list, struct json *j);

#endif
