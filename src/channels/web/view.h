/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the templates of pages/ are given: everything decided and looked up, nothing left to
 * compute. The structs live in the arena of the call.
 */
#ifndef WEB_VIEW_H
#define WEB_VIEW_H

#include "domain/iin.h"
#include "rules/contribution.h"
#include "rules/coverage.h"
#include "rules/penalty.h"
#include "formats/qr.h"
#include "service/bank_qr.h"
#include "channels/web/escape.h"
#include "service/invoice.h"
#include "service/reconcile.h"
#include "service/status.h"
#include "text/cite.h"

enum view_tab { TAB_NONE, TAB_STATUS, TAB_CALCULATOR, TAB_PENALTY, TAB_EMBED };

/* What stands around every page. */
struct view_page {
	struct str title; /* without the name of the service */
	bool has_error;   /* the title then begins with "Error:" */
	bool personal;    /* search engines leave it alone */
	bool test_data;   /* the people are made up: said on every page */
	bool live;        /* asked for again every few seconds */
	bool error_page;  /* its address may be anything: no switch of language that would fail */
	enum view_tab tab;
	struct str here[LANG_COUNT];    /* this page in each language */
	struct str outside[LANG_COUNT]; /* the same with the name of the site; empty = not known */
};

struct view_start {
	struct view_page page;
	const struct err_slot *error; /* of the number; NULL when nothing is wrong */
	struct str typed;
};

/* How a month looks in the grid: a row of the table in status_view.c. */
struct view_look {
	const char *style; /* class of the cell */
	const char *glyph; /* symbol of the sprite */
	enum msg word;
};

struct view_cell {
	const struct coverage_month *m;
	const struct view_look *look;
	struct money paid;
	bool has_paid, has_owed;
	bool to_do;   /* the cell is a link: something can be done about this month */
	int first_at; /* 1…12: column of the first cell of a year; 0 for the others */
};
struct view_year {
	int year;
	struct view_cell *cells; /* oldest first */
	size_t count;
};

struct view_option {
	const struct coverage_option *o;
	enum msg title;
	bool cheapest;
};

/* The words of an answer: a row of the table in status_view.c. */
struct view_answer_words {
	const char *style;
	const char *word; /* for a site around the frame: "insured", "grace", "none", "unknown" */
	enum msg headline;
	enum msg until;   /* of a yes that has a last day */
	enum msg because; /* one sentence */
	enum msg to_do;   /* one sentence */
};

struct view_status {
	struct view_page page;
	struct iin iin;
	struct str token;
	const struct coverage_answer *a;
	const struct view_answer_words *words;
	bool has_as_of;
	struct instant as_of;
	struct str answer_no;
	bool known;    /* the system knows the person: there are months and debts to tell of */
	bool has_kind; /* of the latest month that says who pays */
	enum msg who_pays, pay_kind;
	struct money owed;
	bool owes;
	bool debt_apart; /* what is owed does not touch the answer */
	bool keeping;    /* the options keep a status; else they begin one */
	struct view_year *years;
	size_t year_count;
	const struct view_look *const *legend;
	size_t legend_count;
	struct view_option *options;
	size_t option_count;
	struct str more_url; /* of this answer on its own page, for the frame */
	bool tell;           /* the frame may tell the site around it */
};

/* The months that can be paid, by turn. */
struct view_pay_month {
	const struct allocation_part *of;
	int number; /* of the field */
	bool chosen;
};
struct view_pay_group {
	enum msg title;
	struct view_pay_month *months;
	size_t count;
};
struct view_choose {
	struct view_page page;
	struct str token;
	bool has_error;
	enum msg error;
	struct view_pay_group groups[3]; /* by enum allocation_turn */
	struct money total;              /* of those that are chosen */
};

struct view_draft {
	struct view_page page;
	struct str token;
	struct iin iin;
	struct invoice_draft draft;
};

struct view_rail {
	const char *code;
	struct str name;
	bool chosen;
	bool issued; /* by a bank, that must be asked: a button, not a link */
};

/* "2 min 50 s", and for the script: what is left, and the words to put together. */
struct view_countdown {
	struct str left;
	int64_t seconds_left;
	struct str mark;                          /* "{t}": its place in the sentence */
	struct str days, hours, minutes, seconds; /* "0 min" each */
};

/* The code of the chosen rail, where a bank issues it. */
struct view_code {
	const char *rail;
	enum bank_qr_state state;
	bool rests;                      /* the bank does not answer just now */
	struct str link;                 /* opens the bank's app; may be empty */
	struct view_countdown countdown; /* until it ends, when it is ready */
};

/* Where people pay in the apps of their banks. */
struct view_bank_path {
	struct str path;
	struct str banks; /* their names, side by side */
};

struct view_invoice {
	struct view_page page;
	const struct invoice_look *look;
	struct str number; /* "7K3F-92QD" */
	const char *state; /* "expired" */
	struct str link;   /* absolute, to pass on; may be empty */
	struct str app;    /* the same for the app that has claimed it: https, or of this site */
	enum msg problem;  /* why it cannot be paid, unless it is open */
	bool has_qr;
	struct qr qr;
	struct view_rail *rails; /* those that work */
	size_t rail_count;
	bool rail_asked;                 /* one was chosen: on a phone it is not folded away */
	bool no_banks;                   /* none that issues codes is set up */
	const struct view_code *code;    /* NULL: the rail needs none */
	int64_t again_seconds;           /* loaded anew after so many; 0 = not */
	struct str code_get;             /* "Get a new QR code" */
	struct view_countdown countdown; /* until it expires */
	bool phone;                      /* asked by one: its own screen it cannot scan */
	struct view_bank_path *paths;
	size_t path_count;
};

/* How the money is on its way. */
enum view_way {
	VIEW_ARRIVED, /* all months are paid */
	VIEW_PART,    /* it was not enough for all, or came for months paid before */
	VIEW_UNSEEN,  /* the status does not have it: not yet, or no more */
};

/* One step on the way of the money. */
struct view_step {
	enum msg what;
	bool done;
	struct instant at;
};
struct view_receipt {
	struct view_page page;
	const struct invoice_look *look;
	struct str number;
	struct view_step steps[3];
	enum view_way way;
	struct str bank, payee_bin;
	bool has_kept;
};

struct view_payment {
	const struct status_payment *of;
	enum msg code;
};

struct view_return {
	const struct status_return *of;
	enum msg code;
};

struct view_why {
	struct view_page page;
	struct str token;
	struct view_cell cell;
	enum msg rule;                        /* what the law says of such a month */
	bool has_deduction, has_contribution; /* something came under the code */
	bool has_owed_by;
	enum msg owed_by;
	const struct steps *steps;     /* how the sum came about; NULL without */
	struct view_payment *payments; /* that came for the month */
	size_t payment_count;
	struct view_return *returns; /* what of them went back */
	size_t return_count;
	struct day on;
};

/* Some step rests on a place of the law that can be read in more than one way. */
static inline bool view_steps_open(const struct steps *s)
{
	bool open = false;

	for (size_t i = 0; i < s->count; i++)
		open |= s->items[i].open;
	return open;
}

struct view_choice {
	struct str value; /* in the form */
	struct str name;
	bool chosen;
};

/* A payer kind: what its rows ask for. */
struct view_kind {
	struct view_choice choice;
	bool fixed;   /* the law fixes the sum: no income is asked for */
	enum msg pay; /* label of the income */
};

/* One row of the calculator, as typed and as computed. */
struct view_calc_row {
	int number;
	int month; /* 1…12 */
	struct str *typed;
	size_t typed_count;
	const struct err_slot *error;
	bool twice; /* the month stands in an earlier row */
	bool done;
	struct month at;
	struct contribution result;
	struct steps steps;
};
struct view_calc_code {
	enum knp knp;
	enum msg name;
	struct money total;
};
/* The same row, or the same code, in two years. */
struct view_pair {
	struct month at;                /* of the first year; of a row of months */
	enum msg name;                  /* of a row of codes */
	struct money here, there, more; /* `more`: how far the two lie apart */
	int sign;                       /* 1: the other year is dearer, -1: cheaper */
};
struct view_compare {
	int year, other;
	struct str year_name, other_name; /* the same in figures: a count would be grouped */
	struct view_pair *months, *codes;
	size_t month_count, code_count;
	struct view_pair total;
};
enum { VIEW_JOBS = 5 };
struct view_calculator {
	struct view_page page;
	struct view_kind *kinds;
	struct view_choice *years, *others, *categories; /* others: years to compare with */
	size_t kind_count, year_count, other_count, category_count;
	const struct view_kind *kind; /* the chosen one */
	bool village;
	int jobs; /* 1…VIEW_JOBS */
	int row_max;
	struct view_calc_row *rows;
	size_t row_count;
	bool calculated;              /* at least one row is done */
	const struct err_slot *error; /* of the whole question */
	struct view_calc_code *codes; /* those that are due in any row */
	size_t code_count;
	struct money total;
	bool capped, nothing_due;
	bool employer;     /* two payers share the sum: who pays what is said */
	bool more_open;    /* a field behind "more" is in use */
	struct str pasted; /* shown again while something is wrong with it */
	int paste_wrong;   /* the line of it that is not clear; 0 = none */
	bool paste_many;
	const struct view_compare *compare; /* NULL without */
	struct str compare_failed;          /* the year that has no rule for these rows */
};

struct view_penalty {
	struct view_page page;
	struct str debt, base_rate, days; /* as typed */
	const struct err_slot *debt_error, *rate_error, *days_error;
	bool done;
	struct penalty result;
	struct steps steps;
};

struct view_embed {
	struct view_page page;
	struct str origin; /* "https://saqta.example" or empty */
};

struct view_frame {
	struct view_page page;
	const struct err_slot *error; /* of the number, or of the look-up */
	struct str typed;
	const struct view_status *status; /* NULL: the form */
};

/* What stands around a report that is a file of its own. */
struct view_report {
	struct str title;
	struct html style; /* with the policy that allows it */
};
struct view_finding {
	struct str name;
	int64_t count;
	struct money sum;
};
struct view_difference {
	const struct reconcile_item *of;
	struct str name;
	struct str reason; /* why it cannot be taken; may be empty */
};
struct view_reconcile {
	struct view_report report;
	const struct reconcile_report *r;
	bool agrees;
	struct instant made_at;
	struct view_finding *kinds;
	size_t kind_count;
	struct view_difference *items;
	size_t item_count;
	size_t left_out; /* differences that are not shown */
};

struct view_error {
	struct view_page page;
	int status;
	enum msg headline;
	struct str advice;
	struct str reference;
};

#endif
