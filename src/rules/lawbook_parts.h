/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law book from the inside: only lawbook*.c and deadline.c include this.
 *
 * Reading goes in two steps. First every section of every file becomes raw rows (struct law_head
 * first, so that all lists share one check for overlaps and gaps). Then the raw rows are multiplied
 * out and indexed by month and day. Any file may hold any section: a year can come in one file.
 */
#ifndef RULES_LAWBOOK_PARTS_H
#define RULES_LAWBOOK_PARTS_H

#include "base/yaml.h"
#include "domain/monthset.h"
#include "rules/lawbook.h"

enum {
	LAW_DAYS = 16384,         /* days of the calendar, from 2017-01-01 to 2061 */
	LAW_NO_ROW = 0xffff,      /* nothing in force */
	LAW_NO_VALUE = 0xfffe,    /* a rule is in force, but the value of its unit is not known */
	LAW_PLACES = 2,           /* city, village */
	LAW_WORKING_DAYS_MAX = 23 /* of one month, as a due day */
};

/* A list that grows in the arena of the book. */
#define LAW_LIST(type)                                                                             \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t count, cap;                                                                 \
	}

struct law_unit_value {
	struct day from, to;
	struct money value;
	struct law_cite cite;
};

/* When payments are due: a day of the next month, or a working day of the month itself. */
struct law_due {
	struct day from, to;
	int day;
	bool working_day;
	struct law_cite cite;
};

struct lawbook {
	struct sha256 digest;
	struct month first, last;
	struct law_open_question open[OPEN_COUNT]; /* [0] is not used */
	LAW_LIST(struct law_unit_value) units[UNIT_COUNT];
	LAW_LIST(struct law_rate) rates;
	uint16_t rate_at[PAYER_COUNT][KNP_COUNT][LAW_PLACES][MONTHSET_BITS];
	bool has_code[PAYER_COUNT][KNP_COUNT];
	LAW_LIST(struct law_status) status;
	LAW_LIST(struct law_category) categories;
	LAW_LIST(struct law_penalty) penalties;
	LAW_LIST(struct law_code) codes;
	LAW_LIST(struct law_requisites) requisites;
	LAW_LIST(struct law_special) specials;
	LAW_LIST(struct law_due) dues;
	LAW_LIST(struct law_row) rows;               /* of all sections */
	uint16_t due_at[PAYER_COUNT][MONTHSET_BITS]; /* index of the row, or LAW_NO_ROW */
	struct day due[PAYER_COUNT][MONTHSET_BITS];
	uint64_t working[LAW_DAYS / 64];
	uint64_t moved_years; /* bit year - 2017: moved days were entered */
};

/* Place of a row in the files, for errors. */
struct law_place {
	const char *file;
	size_t line;
};

/* What all dated rows begin with. */
struct law_head {
	struct day from, to;
	bool has_to;
	bool used; /* its `when` holds under the choices made */
	struct law_place at;
	struct law_cite cite;
};

struct raw_rate {
	struct law_head head;
	enum payer_kind kind;
	enum knp knp;
	bool city, village;   /* places it is for */
	struct law_rate rate; /* without what depends on the month */
	bool has_unit;
	int64_t cap, floor, most, limit; /* millionths of the unit; 0 = none */
	enum law_unit limit_unit;
	bool has_value_on;
	struct day value_on; /* take the unit as of this day */
};

/* Parameters of the status decision, in the order of the table in lawbook_status.c. */
struct raw_param {
	struct law_head head;
	size_t param;
	int value;
};

struct raw_off {
	struct law_head head;
	int month, day;
	bool carries_over; /* a weekend day is made up by the next working day */
};

struct raw_moved {
	struct law_head head;
	struct day date;
	bool works;   /* a working Saturday or Sunday */
	bool counted; /* a day moved by the government, not a movable feast */
};

/* A row of one of the plain lists; rows with the same key follow each other in time. */
struct law_dated {
	struct law_head head;
	int key;
	size_t item; /* its index in the list of the book */
};
enum law_list {
	LIST_PENALTIES,
	LIST_CATEGORIES,
	LIST_CODES,
	LIST_REQUISITES,
	LIST_COUNT,
};

struct law_reader {
	struct ctx *cx;
	struct arena *arena; /* of the book */
	struct lawbook *book;
	const char *file; /* being read */
	LAW_LIST(struct raw_rate) rates;
	LAW_LIST(struct raw_param) params;
	LAW_LIST(struct law_dated) dated[LIST_COUNT];
	LAW_LIST(struct law_dated) dues;
	LAW_LIST(struct raw_off) offs;
	LAW_LIST(struct raw_moved) moved;
	LAW_LIST(struct law_head) years;
	LAW_LIST(struct law_place) unit_places[UNIT_COUNT];
	unsigned rows_of; /* bit n: some row says `when: Dn=…` */
};

#define law_refuse(r, line, code, ...) fail_in((r)->cx, (line), (r)->file, code, __VA_ARGS__)
#define law_refuse_at(r, place, code, ...)                                                         \
	fail_in((r)->cx, (place).line, (place).file, code, __VA_ARGS__)

#define LAW_PUSH(r, list) (*ARENA_PUSH((r)->arena, (list).items, (list).count, (list).cap))

/* lawbook_field.c: values of one row. `keys` are the words that may stand in it, space between. */
ST law_want_map(struct law_reader *r, const struct yaml_node *n, const char *keys);
ST law_want_list(struct law_reader *r, const struct yaml_node *n);
/* The text of a key; LAW_SYNTAX when it is missing or no text. */
ST law_text(struct law_reader *r, const struct yaml_node *row, const char *key, struct str *out);
ST law_int(struct law_reader *r, const struct yaml_node *row, const char *key, int max, int *out);
/* false when the key is absent. */
ST law_bool(struct law_reader *r, const struct yaml_node *row, const char *key, bool *out);
ST law_day(struct law_reader *r, const struct yaml_node *n, bool last, struct day *out);
/* "3%" at most 100 %; LAW_RATE above. */
ST law_percent(struct law_reader *r, const struct yaml_node *n, struct rate *out);
/* "1.4 MZP". */
ST law_multiple(
	struct law_reader *r, const struct yaml_node *n, int64_t *millionths, enum law_unit *unit);
ST law_names(struct law_reader *r, const struct yaml_node *row, const char *key,
	struct str out[LANG_COUNT]);
/* from, to, article, source, open, unverified, when. */
#define LAW_HEAD_KEYS "from to article source open unverified when "
ST law_head_read(struct law_reader *r, const struct yaml_node *row, struct law_head *out);
/* article, source, open, unverified alone. */
ST law_cite_read(struct law_reader *r, const struct yaml_node *row, struct law_cite *out);
/*
 * lawbook_rows.c: adds the row to the ones that are told. `key` is copied; `head` gives its days,
 * NULL = it always holds.
 */
__attribute__((format(printf, 5, 6))) void law_note_row(struct law_reader *r,
	enum law_section section, const struct yaml_node *row, const struct law_head *head,
	const char *key, ...);
/* After all rows: ends each open one where the next of its key begins. */
ST law_finish_rows(struct law_reader *r);
/* A list of payer kinds, or the word `all`. */
ST law_payers(struct law_reader *r, const struct yaml_node *n, bool out[PAYER_COUNT]);
bool law_decimal(struct str s, int64_t *millionths);

/*
 * Sorts the rows by their first day, ends each open one before the next (the last one on `end`) and
 * refuses overlaps, and gaps unless `gaps`.
 */
ST law_chain(struct law_reader *r, struct law_head **rows, size_t count, struct day end, bool gaps);

/* law_chain() for each key of a list; a row without an end runs on for ever. */
ST law_chain_dated(struct law_reader *r, struct law_dated *rows, size_t count, bool gaps);

/* Sections: each adds the rows of one file. */
ST law_read_years(struct law_reader *r, const struct yaml_node *n);
ST law_read_open(struct law_reader *r, const struct yaml_node *n);
ST law_read_units(struct law_reader *r, const struct yaml_node *n);
ST law_read_payers(struct law_reader *r, const struct yaml_node *n);
ST law_read_specials(struct law_reader *r, const struct yaml_node *n);
ST law_read_status(struct law_reader *r, const struct yaml_node *n);
ST law_read_penalty(struct law_reader *r, const struct yaml_node *n);
ST law_read_categories(struct law_reader *r, const struct yaml_node *n);
ST law_read_codes(struct law_reader *r, const struct yaml_node *n);
ST law_read_requisites(struct law_reader *r, const struct yaml_node *n);
ST law_read_due(struct law_reader *r, const struct yaml_node *n);
ST law_read_days_off(struct law_reader *r, const struct yaml_node *n);
ST law_read_feasts(struct law_reader *r, const struct yaml_node *n);
ST law_read_moved_days(struct law_reader *r, const struct yaml_node *n);

/* After all sections: check and index. */
ST law_finish_open(struct law_reader *r);
ST law_finish_units(struct law_reader *r);
ST law_finish_rates(struct law_reader *r);
ST law_finish_status(struct law_reader *r);
ST law_finish_lists(struct law_reader *r);
ST law_finish_days(struct law_reader *r);

const struct law_unit_value *law_unit_at(
	const struct lawbook *b, enum law_unit unit, struct day on);
bool law_unit_parse(struct str s, enum law_unit *out);

#endif
