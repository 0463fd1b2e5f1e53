/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of single persons in messages of ISO 20022: orders of payers (pain.001), transfers
 * between banks (pacs.008) and returns (pacs.004). One transaction is one person, month and purpose
 * code. docs/formats/iso20022.md has the elements and their sources.
 *
 * Where the national profile of the interbank systems puts the purpose code, the person and the
 * period is not public: these paths are data (struct iso_profile).
 */
#ifndef FORMATS_ISO20022_H
#define FORMATS_ISO20022_H

#include "domain/facts.h"
#include "formats/encoding.h"
#include "formats/issue.h"

enum iso_kind {
	ISO_ORDER,    /* pain.001: a payer to its bank */
	ISO_TRANSFER, /* pacs.008 */
	ISO_RETURN,   /* pacs.004: takes transfers back */
	ISO_KINDS
};

/* What the standard leaves to agreements, each with its path below a transaction (below OrgnlTxRef
 * of a returned one). NULL = not used. */
enum iso_fact {
#define ISO_FACT(name, key, path) ISO_##name,
#include "formats/iso20022.def"
#undef ISO_FACT
	ISO_FACTS
};
struct iso_profile {
	const char *path[ISO_FACTS];
};

/* What docs/formats/iso20022.md proposes. */
extern const struct iso_profile iso_profile_standard;

/*
 * A file of `fact: path` lines (YAML) over the standard profile; an empty path = not used. `name`
 * stands in err.field of what is no YAML. The paths live in cx->arena. Errors: YAML_SYNTAX,
 * FIELD_UNKNOWN, VALUE_UNKNOWN (no path), all with the line.
 */
ST iso_profile_read(struct ctx *cx, const char *name, struct str text, struct iso_profile *out);

/* A transaction. `problem` is ERR_NONE, or why it cannot be placed. */
struct iso_line {
	struct iin iin;
	uint32_t line; /* where it begins in the file */
	struct money sum;
	struct month month;
	uint16_t problem;   /* enum err */
	uint8_t field;      /* iso_field() of the problem */
	uint8_t knp;        /* enum knp */
	uint8_t name_bytes; /* of the EndToEndId, the end of `key` */
	bool has_knp, has_payer, payer_is_bank;
	bool has_key;
	struct iin payer; /* the actual payer where it is named, else the debtor */
	struct day day;   /* of the settlement */
	/* Payer and EndToEndId: the same in every message about this transaction, see iso_key(). */
	struct str key;
	struct str given;  /* the person's number as it stands, when it is wrong */
	struct str reason; /* of a return: words, else the code */
	struct str source; /* what was read of it, when it has a problem */
};

struct iso_doc {
	enum iso_kind kind;
	size_t line;      /* of <Document> */
	struct str space; /* its namespace */
	struct str sender, id;
	struct money total;
	struct iso_line *lines;
	size_t count;
};

struct iso_file {
	struct iso_doc *docs;
	size_t doc_count;
	size_t line_count, bad_count; /* of all documents; bad = with a problem */
	struct issues issues;
	const char *const *fields[ISO_KINDS];
};

struct iso_options {
	struct day today; /* no settlement is later */
	/* Lines of months before the first or more than this ahead of their day have a problem. */
	struct month first_month;
	int months_ahead; /* 0 = any month will do */
	/* Accounts and BINs. */
	struct str corporation, corporation_bin, fund;
	const struct iso_profile *profile;
};

/*
 * Reads and checks a whole text of one or several messages, as a stream. `out` and what it holds
 * live in cx->arena; of a transaction about 200 bytes. OK also when something is wrong: then
 * out->issues has it, with line and path. Errors of the call: those of xml_read(), FILE_TOO_BIG,
 * and the first issue when there are more than LIMIT_ISSUES that refuse the file; `out` holds what
 * was read until then.
 */
ST iso_parse(struct ctx *cx, struct str text, enum encoding encoding,
	const struct iso_options *options, struct iso_file *out);

/* The path that a problem is about, below its transaction. */
const char *iso_field(const struct iso_file *file, const struct iso_doc *doc, unsigned field);

/* The same transaction stands in its message before: a problem of this line, told in `issues`. */
void iso_line_twice(struct issues *issues, const struct iso_file *file, const struct iso_doc *doc,
	struct iso_line *line);

/*
 * The name of a transaction whichever message speaks of it: the number of the payer (or the account
 * where there is none), a slash and the EndToEndId.
 */
void iso_key(struct buf *b, struct str payer, struct str end_to_end);

#endif
