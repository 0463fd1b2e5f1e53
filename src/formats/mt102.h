/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MT102 and MT100 of the Kazakhstan interbank systems: payment orders with a list of persons.
 *
 * Three date orders meet in one file: /PERIOD/ is MMYYYY, /DT/ is YYYYMMDD, /DATE/ and :32A: are
 * YYMMDD. Read from real files, so the reader takes both forms of block 2, the constants that
 * customers' programs write, CRLF and LF, `:70:` with the first key on its own or the same line,
 * keys in any order and letter case, the older layout with double slashes, batches of payment
 * orders between banks (each of them a document), and streams of messages. docs/formats/mt102.md
 * has the fields and their sources.
 */
#ifndef FORMATS_MT102_H
#define FORMATS_MT102_H

#include "domain/facts.h"
#include "formats/issue.h"

/* What a message is for, told by who pays whom. */
enum mt102_purpose {
	MT102_PAYMENT, /* a payer to the State Corporation */
	MT102_RETURN,  /* the State Corporation sends erroneous elements back to the payer */
	MT102_TO_FUND, /* the State Corporation to the Fund */
	MT102_REFUND,  /* the Fund sends back what was paid too much */
};

/* A side of the payment order. Texts are views of the file; empty when absent. */
struct mt102_party {
	struct str iban, name, bic;
	struct str chief, accountant;
	bool has_number;
	struct iin number; /* /IDN/: BIN or IIN */
	enum iin_kind number_kind;
	char residency, sector; /* /IRS/, /SECO/; 0 when absent */
};

/* What the purpose text of a return or of a list to the Fund says. */
struct mt102_text {
	struct str number, reference, date; /* of the original document; empty when not said */
	bool has_sum, has_bad_sum;
	struct money sum, bad_sum;
	int64_t bad_count; /* "Ошибка на N чел."; -1 when not said */
	/* "Кол-во потребителей" and "документов"; -1 when not said */
	int64_t persons, documents;
};

struct mt102_doc {
	size_t line; /* of block 1, or of the first tag where it is absent */
	int type;    /* 100 or 102 */
	enum mt102_purpose purpose;
	struct str reference, number;
	struct str block; /* :21: of a payment order in a batch between banks; else empty */
	struct day date;  /* /DATE/ */
	struct day value; /* :32A: */
	struct mt102_party payer, receiver;
	struct str knp_text;
	bool has_knp;
	enum knp knp;
	bool has_period;
	struct month period;  /* in sequence A: holds for persons without their own */
	struct str operation; /* /VO/ */
	struct str assign;    /* in cx->arena: lines joined */
	struct mt102_text text;
	struct money total;  /* :32A: */
	size_t first, count; /* its persons */
};

/* One person of a list. `problem` is ERR_NONE, or why the line cannot be placed. What the import
 * reads of each comes first. */
struct mt102_person {
	struct iin iin;
	uint32_t line; /* of :21: */
	struct money sum;
	struct month month;
	uint16_t problem;    /* enum err */
	uint8_t problem_key; /* mt102_key_name() */
	char letter;         /* /OPV/; 0 when absent */
	struct day born;     /* DAY_ALWAYS when absent */
	uint32_t seen;       /* keys met; for the reader */
	struct str given;    /* /IDN/ as it stands */
	struct str surname, name, patronymic;
	struct str reason; /* /ASSIGN/ */
	struct str source; /* all its lines as they came; empty in a single payment */
};

struct mt102_file {
	struct mt102_doc *docs;
	size_t doc_count;
	struct mt102_person *persons; /* of all documents, in the order of the file */
	size_t person_count;
	size_t bad_count; /* persons with a problem */
	struct issues issues;
};

/* Account and number of a party that the law book names. */
struct mt102_requisites {
	struct str iban, bin, bic;
};

struct mt102_options {
	struct day today; /* no document is later */
	/* Persons of months before the first or more than this ahead of :32A: have a problem. */
	struct month first_month;
	int months_ahead; /* 0 = any month will do */
	struct mt102_requisites corporation, fund;
};

/* Does it begin like an MT message? */
bool mt102_sniff(struct str text);

/*
 * Reads and checks a whole stream. `text` is UTF-8 and must live as long as `out`, which lives in
 * cx->arena. OK also when something is wrong: then out->issues has it, with line and tag. Errors
 * of the call: FILE_EMPTY, FILE_UNKNOWN, FILE_TOO_BIG (more than LIMIT_IMPORT_LINES persons
 * or LIMIT_IMPORT_DOCS orders).
 */
ST mt102_parse(struct ctx *cx, struct str text, const struct mt102_options *options,
	struct mt102_file *out);

/* "/IDN/", ":32B:" …, for a person's problem_key. */
const char *mt102_key_name(unsigned key);

/* Reads the purpose text of a return or of a list to the Fund. Never fails: what is not said is
 * left out. */
void mt102_read_text(struct ctx *cx, struct str assign, struct mt102_text *out);

/*
 * Writes one message as the State Corporation expects it, CRLF line ends, UTF-8 (rk1048_encode()
 * for bank files). `session` is the 12 characters of the terminal. The purpose text is cut into
 * lines of 70 characters. Errors: VALUE_TOO_LONG (name, number, text), VALUE_MISSING.
 */
struct mt102_message {
	const struct mt102_doc *doc;
	const struct mt102_person *persons;
	size_t count;
	struct str terminal;
};
ST mt102_write(struct ctx *cx, const struct mt102_message *message, struct buf *out);

#endif
