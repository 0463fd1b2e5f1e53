/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes in a file: bank messages (MT102, MT100; pain.001, pacs.008, pacs.004 of ISO 20022) or a
 * register (people, spells, payments, refunds).
 *
 * All of it is read and checked before anything is written; a file that is wrong as a whole leaves
 * nothing behind. Then each document is written in portions of at most LIMIT_PORTION_LINES lines,
 * sorted by month and person, each in one transaction. A line that cannot be placed goes to
 * suspense with its reason. The same file again changes nothing; a run that was killed is
 * completed by repeating it.
 */
#ifndef SERVICE_IMPORT_H
#define SERVICE_IMPORT_H

#include "formats/encoding.h"
#include "formats/iso20022.h"
#include "service/call.h"

enum import_format {
	IMPORT_UNKNOWN, /* not recognised */
	IMPORT_MT102,
	IMPORT_PEOPLE,
	IMPORT_SPELLS,
	IMPORT_PAYMENTS,
	IMPORT_REFUNDS,
	IMPORT_ISO20022,
	IMPORT_FORMATS
};
/* "unknown", "mt102", "people", … */
const char *import_format_code(enum import_format f);

enum import_stage { IMPORT_READING, IMPORT_WRITING };

/* Told now and then, in lines; `total` is 0 while it is not known. */
typedef void import_tick(void *arg, enum import_stage stage, size_t done, size_t total);

struct import_options {
	bool check_only; /* no database is needed */
	import_tick *tick;
	void *tick_arg;
	const struct iso_profile *iso_profile; /* NULL: the standard one */
};

struct import_report {
	enum import_format format;
	enum encoding encoding;
	size_t bytes;
	bool written;          /* false after a check, or when the file was refused */
	size_t documents;      /* in the file */
	size_t documents_done; /* of them finished by an earlier run */
	size_t lines, lines_new, lines_repeated, lines_suspense;
	struct money sum, sum_suspense; /* of the file; zero where there is no money */
	/* Refunds and returns of earlier files that waited for a payment and found it now. */
	size_t waited;
	struct money sum_waited;
	/* ISSUE_LINE: what went to suspense; ISSUE_FILE: why nothing was written. The texts and the
	 * list live in the arena of the call. */
	struct issues issues;
	struct err_slot error; /* why the call failed; ERR_NONE when it did not */
	int64_t elapsed_us;
};

/*
 * Errors: FILE_OPEN, FILE_READ, FILE_EMPTY, FILE_TOO_BIG, FILE_BINARY, FILE_UNKNOWN,
 * TEXT_ENCODING, those of register_parse() and iso_parse(), the first ISSUE_FILE of the report,
 * LINE_CONFLICT (a document with this reference is there with other content), DB_*. The report is
 * filled as far as it came, also after an error.
 */
ST import_path(struct call *call, const char *path, const struct import_options *options,
	struct import_report *report);
/* The same of bytes in memory, which must outlive the call. */
ST import_bytes(struct call *call, struct str bytes, const struct import_options *options,
	struct import_report *report);

/* The report as the JSON of the command line. */
void import_put_json(
	struct buf *b, enum lang lang, struct str name, const struct import_report *report);

#endif
