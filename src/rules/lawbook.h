/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law book: the YAML files of law/ as an immutable, indexed structure. C knows how to compute;
 * the book knows what: every rate, base, cap, floor, date and parameter is a row with article and
 * source.
 *
 * Reading refuses overlaps, gaps inside a period of force, unknown names, rates over 100 % and rows
 * without an article; the error carries the file and line.
 */
#ifndef RULES_LAWBOOK_H
#define RULES_LAWBOOK_H

#include "base/digest.h"
#include "domain/day.h"
#include "domain/kinds.h"
#include "domain/money.h"
#include "domain/rate.h"

/* Where a row comes from. */
struct law_cite {
	struct str article; /* "405-V art. 27" */
	struct str source;
	uint8_t open;    /* the open question D1…D25 that it rests on; 0 = none */
	bool unverified; /* nobody has compared it with the text of the act yet */
};

enum law_unit { UNIT_MZP, UNIT_MRP, UNIT_AVERAGE_WAGE, UNIT_COUNT };

/* What a rate is applied to. */
enum law_base {
	LAW_BASE_NONE,   /* nothing is due: the row only says so (exemption, not yet in force) */
	LAW_BASE_INCOME, /* the income of the month, between floor and cap */
	LAW_BASE_UNIT,   /* a multiple of a unit: a fixed sum */
	LAW_BASE_SHARE,  /* a share of another payment: of rate x income (single payment), or, when
			    multiple > 0, of a multiple of a unit (aggregate payment) */
};

/* One dated row of payers.yaml, with all unit values of its months already multiplied out. */
struct law_rate {
	struct month from,
		to; /* both included; to = MONTH_NEVER never occurs: a book has a last month */
	enum payer_kind kind;
	enum knp knp;
	enum law_base base;
	struct rate rate;
	struct rate share; /* LAW_BASE_SHARE: the part of the whole payment that this code gets */
	bool has_whole;    /* LAW_BASE_INCOME: ours is a part of a payment of whole x income */
	struct rate whole;
	enum law_unit unit;      /* of multiple, cap and floor */
	int64_t multiple;        /* LAW_BASE_UNIT: millionths of the unit */
	struct money unit_value; /* value of the unit in these months */
	bool has_cap, has_floor, has_limit;
	int64_t cap_multiple; /* millionths, for the words of the step */
	struct money cap;     /* of the base */
	struct money floor;   /* of the base */
	struct money limit;   /* of the income: above it the regime is not open (self-employed) */
	bool has_most;
	struct money most;   /* of the sum itself, after rate and share (single payment) */
	bool cap_per_person; /* one cap over all jobs of the person, not one per job */
	struct law_cite cite;
};

/* Status parameters in force on a day (law.md 5.3). */
struct law_status {
	struct day from, to;
	int lookback;             /* months of the debt window */
	int window_shift;         /* 0: K-lookback+1 … K; 1: K-lookback … K-1 (D16) */
	int grace;                /* months after the last covered month */
	int grace_long;           /* the same after a long run; equals grace before 2026 */
	int long_run;             /* months of uninterrupted payment that give grace_long */
	int grace_state;          /* grace after a privileged or exempt month (D18) */
	bool state_in_run;        /* do privileged months count in the long run (D14) */
	bool transition;          /* A2: everybody is insured */
	bool three_months;        /* A5: three paid months are enough for an independent payer */
	int three_months_count;   /* how many: 3 */
	struct month first_month; /* no month before it counts or is debt (2020-01) */
	bool prepay;              /* A6 is in force */
	bool prepay_with_current; /* D25: a run may begin with the month in which it is paid */
	int prepay_months;        /* 12 */
	struct law_cite cite_right, cite_debt, cite_grace, cite_grace_long, cite_transition,
		cite_three_months, cite_prepay, cite_category, cite_exempt, cite_eligible,
		cite_temporary;
};

/*
 * Which answer of an open question we run on. The value is the index of the choice in open.yaml;
 * choice 0 of each question is the default that the sources favour. Most questions choose rows of
 * the book and need no code. The ones that rules/ asks about have their choices here, and the
 * loader compares the names:
 *
 * - D9: 0 "not-paid" (a self-employed month without income is not PAID), 1 "paid";
 * - D10: 0 "tiyn" (half up to the tiyn), 1 "tenge";
 * - D15: 0 "minimum" (a month is PAID from the least sum of its payer kind), 1 "any-sum";
 * - D17: 0 "year-of-payment" (whose sum a missed month costs), 1 "year-of-month";
 * - D19: 0 "insured-if-paid" (EAEU workers), 1 "not-insured";
 * - D23: 0 "strict" (grace counts from the last month that no debt precedes), 1 "lenient" (from the
 *   last paid month);
 * - D24: 0 "not-debt" (months before a person entered the system), 1 "debt".
 *
 * Through rows: D1 D2 D4 D5 D7 D8 (payers.yaml), D6 (single payment), D11 D12 (penalty.yaml), D14
 * D16 D18 D25 (status.yaml: struct law_status). Words alone: D3 D13 D20 D21 D22.
 */
enum law_choice {
	D9_NOT_PAID = 0,
	D9_PAID,
	D10_TIYN = 0,
	D10_TENGE,
	D15_MINIMUM = 0,
	D15_ANY_SUM,
	D17_YEAR_OF_PAYMENT = 0,
	D17_YEAR_OF_MONTH,
	D19_INSURED_IF_PAID = 0,
	D19_NOT_INSURED,
	D23_STRICT = 0,
	D23_LENIENT,
	D24_NOT_DEBT = 0,
	D24_DEBT,
};

enum law_open {
	D1 = 1,
	D2,
	D3,
	D4,
	D5,
	D6,
	D7,
	D8,
	D9,
	D10,
	D11,
	D12,
	D13,
	D14,
	D15,
	D16,
	D17,
	D18,
	D19,
	D20,
	D21,
	D22,
	D23,
	D24,
	D25,
	OPEN_COUNT,
};

enum law_effect {
	LAW_EFFECT_ROWS,  /* rows of the book say `when: D2=…` */
	LAW_EFFECT_RULES, /* rules/ asks lawbook_choice() */
	LAW_EFFECT_WORDS, /* only what is shown */
};

struct law_open_question {
	int number;
	enum law_effect effect;
	struct str topic[LANG_COUNT];
	struct str decides;  /* who may change it: "fund", "operator" */
	struct str *choices; /* their codes: "tiyn" */
	struct str *choice_names[LANG_COUNT];
	size_t choice_count;
	size_t chosen;
	struct law_cite cite;
};

struct law_category {
	enum category category;
	struct day from, to;
	bool non_working; /* holds only while the person does not work */
	int age_years;    /* follows from the birth day, to the end of the month of this birthday
			     (child: 18); 0 = comes from a register */
	struct str name[LANG_COUNT];
	int paragraph; /* number in art. 26(1) */
	struct law_cite cite;
};

struct law_penalty {
	struct day from, to;
	struct rate multiplier;   /* 1.25 = 1 250 000 ppm */
	int year_days;            /* 365, or 366 in a row of a leap year (D11) */
	bool payers[PAYER_COUNT]; /* who is charged (D12) */
	struct law_cite cite;
};

struct law_code {
	enum knp knp;
	struct day from, to;
	struct str name[LANG_COUNT];
	struct law_cite cite;
};

/* Where money goes: State Corporation, Fund. */
struct law_requisites {
	struct str role; /* "state_corporation", "fund" */
	struct day from, to;
	struct str name, bin, iban, bic, kbe;
	struct law_cite cite;
};

/* A period in which the law set something aside for some; told, not computed (no sums change). */
struct law_special {
	struct day from, to;
	struct str name[LANG_COUNT];
	struct law_cite cite;
};

/* The kinds of rows, in the order in which they are told. */
enum law_section {
	LAW_SECTION_YEARS,
	LAW_SECTION_UNITS,
	LAW_SECTION_PAYERS,
	LAW_SECTION_SPECIALS,
	LAW_SECTION_STATUS,
	LAW_SECTION_PENALTY,
	LAW_SECTION_CATEGORIES,
	LAW_SECTION_CODES,
	LAW_SECTION_REQUISITES,
	LAW_SECTION_DUE,
	LAW_SECTION_DAYS_OFF,
	LAW_SECTION_FEASTS,
	LAW_SECTION_MOVED_DAYS,
	LAW_SECTION_OPEN,
	LAW_SECTION_COUNT
};
/* "years", "units", …: the name of the section in the files. */
const char *law_section_code(enum law_section section);

/* A word of a row and its value as text: "cap" "10 MZP", "name.kk" "Балалар". */
struct law_value {
	struct str name, text;
};

/*
 * Any row of the book as it stands in the files: for showing, counting and comparing. Computations
 * read the structures above.
 */
struct law_row {
	enum law_section section;
	struct str key; /* whose row: "employer 121", "MZP", "grace", "student", "2026", "D25" */
	struct day from, to; /* DAY_ALWAYS and DAY_NEVER where nothing limits it */
	struct str when;     /* the answers under which it holds; empty = always */
	bool used;           /* it holds under the answers that were chosen */
	const struct law_value *values;
	size_t value_count;
	struct law_cite cite;
	const char *file;
	size_t line;
};

struct lawbook; /* opaque; see rules/lawbook_parts.h for the loader's own view */

/* One file of the book: its name for error messages and its text. */
struct law_file {
	const char *name; /* "payers.yaml" */
	struct str text;
};

/*
 * Reads a whole book. It lives in its own arena, `arena`, which must outlive it.
 * Errors: YAML_SYNTAX, LAW_SYNTAX, LAW_OVERLAP, LAW_GAP, LAW_NAME, LAW_RATE, LAW_ARTICLE with
 * err.line and err.field = the file name, detail = what.
 */
ST lawbook_read(struct ctx *cx, struct arena *arena, const struct law_file *files, size_t count,
	struct lawbook **out);

/* SHA-256 over the files in the order of their names: every computed sum stores it. */
struct sha256 lawbook_digest(const struct lawbook *book);
/* First and last month for which the book can compute `kind`. */
void lawbook_reach(
	const struct lawbook *book, enum payer_kind kind, struct month *first, struct month *last);

/* The whole book: from the first month of any rate to the last checked month. */
struct month lawbook_first(const struct lawbook *book);
struct month lawbook_last(const struct lawbook *book);
/* All rows of rates, sorted by kind, purpose code, place and month. */
const struct law_rate *lawbook_rates(const struct lawbook *book, size_t *count);
/* All rows of all sections, in the order of enum law_section and then of the files. */
const struct law_row *lawbook_rows(const struct lawbook *book, size_t *count);
/* Value of a word in a row; .p == NULL when the row does not have it. */
struct str law_row_value(const struct law_row *row, struct str name);
const struct law_special *lawbook_specials(const struct lawbook *book, size_t *count);

/* Value of a unit on a day. Errors: LAW_NO_RULE before the first row, LAW_NOT_YET after the last.
 */
ST lawbook_unit(struct ctx *cx, const struct lawbook *book, enum law_unit unit, struct day on,
	struct money *out, struct law_cite *cite);

/*
 * The row for (kind, purpose code, month), never an extrapolation. `place_village` chooses the
 * rural row of the aggregate payment. E_ABSENT class is not used: a code that a kind does not have
 * gives *out = NULL and OK. Errors: LAW_NO_RULE (before the law book), LAW_NOT_YET (after it),
 * LAW_KIND_ENDED (this kind had ended or had not begun).
 */
ST lawbook_rate(struct ctx *cx, const struct lawbook *book, enum payer_kind kind, enum knp knp,
	struct month month, bool place_village, const struct law_rate **out);

/*
 * The sum that a fixed-sum payer (independent, entrepreneur, practice, farm) owes for a month.
 * Errors as lawbook_rate().
 */
ST lawbook_fixed_sum(struct ctx *cx, const struct lawbook *book, enum payer_kind kind,
	struct month month, struct money *out);

/* Parameters of the status decision on a day; never NULL (the first row reaches back to 2017). */
const struct law_status *lawbook_status(const struct lawbook *book, struct day on);

/* The choice made in an open question, as an index into its choices. */
size_t lawbook_choice(const struct lawbook *book, enum law_open question);
const struct law_open_question *lawbook_open(const struct lawbook *book, enum law_open question);

/* Row of a category on a day, or NULL when the category is not in force then. */
const struct law_category *lawbook_category(
	const struct lawbook *book, enum category category, struct day on);
const struct law_penalty *lawbook_penalty(const struct lawbook *book, struct day on);
const struct law_code *lawbook_code(const struct lawbook *book, enum knp knp, struct day on);
const struct law_requisites *lawbook_requisites(
	const struct lawbook *book, const char *role, struct day on);

/* A working day: no Saturday, Sunday, holiday or day off of the calendar, or a moved working day.
 */
bool lawbook_is_working_day(const struct lawbook *book, struct day d);
/* No moved days were entered for the year, so its days off may still change. */
bool lawbook_calendar_provisional(const struct lawbook *book, int year);
/*
 * Day of the following month on which payments of `month` are due, before moving (25); for the
 * state the number of the working day of the month itself (5). deadline_due() knows both.
 */
int lawbook_due_day(const struct lawbook *book, enum payer_kind kind, struct month month,
	struct law_cite *cite);

#endif
