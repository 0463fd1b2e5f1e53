/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cases of the conformance kit as data: which requests a bank sends, one after the other, and
 * what is due to each.
 */
#ifndef SERVICE_CERTIFY_CASES_H
#define SERVICE_CERTIFY_CASES_H

#include "service/certify.h"

/* What stands in a parameter in the place of the usual value. */
enum certify_value {
	CERTIFY_USUAL,
	CERTIFY_TEXT,      /* `text` as it is */
	CERTIFY_MISSING,   /* the parameter is left out */
	CERTIFY_TWICE,     /* the parameter stands there twice */
	CERTIFY_SECOND,    /* another account: the second one that is known, else the unknown one */
	CERTIFY_UNKNOWN,   /* the account that the biller does not know */
	CERTIFY_DIGIT,     /* a number of nobody with a wrong check digit */
	CERTIFY_SHORT,     /* and without its last digit */
	CERTIFY_SPACES,    /* the usual value with spaces around it */
	CERTIFY_LONG,      /* 201 digits */
	CERTIFY_SUM_OTHER, /* one tenge more */
	CERTIFY_SUM_SMALL, /* one tiyn below the least of the profile */
	CERTIFY_SUM_LARGE, /* one tiyn above its most */
	CERTIFY_SUM_WHOLE, /* in whole tenge, without a dot */
	CERTIFY_TXN_NEXT,  /* another transaction */
	CERTIFY_TXN_ZERO,  /* the same digits with a zero before them */
	CERTIFY_TXN_18,    /* of 18 digits */
	CERTIFY_TXN_19,
	CERTIFY_TXN_LONG, /* of one digit more than the profile has */
	CERTIFY_TOMORROW,
	CERTIFY_YESTERDAY, /* its last second */
	CERTIFY_40_DAYS,   /* ago */
};

struct certify_change {
	enum biller_param param;
	enum certify_value value;
	const char *text;
};

enum certify_wire {
	CERTIFY_END,       /* no such step */
	CERTIFY_PLAIN,     /* GET where the profile has it */
	CERTIFY_POST,      /* as a form */
	CERTIFY_JSON_BODY, /* POST with another type of body */
	CERTIFY_XML_BODY,
	CERTIFY_PERCENT,    /* POST with a percent sign and no number behind it */
	CERTIFY_MORE,       /* one more parameter, of another name */
	CERTIFY_SAME_TWICE, /* the same request twice, at the same moment */
	CERTIFY_TWO_SUMS,   /* at the same moment: exactly one may be taken */
	CERTIFY_HANG_UP,    /* nobody waits for the answer */
	CERTIFY_IN_ENGLISH,
};

/* What else is looked at in the answer. */
enum certify_look {
	CERTIFY_SAME_BYTES = 1,    /* as the first answer that took this payment, or gave it back */
	CERTIFY_OTHER_RECEIPT = 2, /* than that one */
	CERTIFY_LOOK_TYPE = 4,
	CERTIFY_LOOK_CACHE = 8,
	CERTIFY_LOOK_MASK = 16,
};

struct certify_step {
	enum certify_wire wire;
	enum biller_command command;
	enum biller_outcome due;
	unsigned look; /* bits of enum certify_look */
	struct certify_change change;
};

/* When a case says nothing about a bank. */
enum certify_need {
	CERTIFY_NEEDS_CANCEL = 1,
	CERTIFY_NEEDS_NO_CANCEL = 2,
	CERTIFY_NEEDS_POST = 4,
	CERTIFY_NEEDS_GET_ALONE = 8,
	CERTIFY_NEEDS_DUMMY_SUM = 16, /* of a check */
	CERTIFY_NEEDS_19 = 32,        /* digits of a transaction */
	CERTIFY_NEEDS_NO_19 = 64,
	CERTIFY_NEEDS_IIN = 128,   /* the account is no invoice */
	CERTIFY_NEEDS_WHOLE = 256, /* the sum has no tiyn */
};

struct certify_case {
	const char *name;   /* "pay-again" */
	enum msg title;     /* may name {value} */
	const char *value;  /* of the title */
	const char *source; /* where it is written: file and heading of docs/ */
	unsigned needs;     /* bits of enum certify_need */
	struct certify_step steps[CERTIFY_STEPS_MAX];
};

const struct certify_case *certify_cases(size_t *count);
bool certify_case_applies(const struct certify_case *c, const struct certify_plan *plan);

#endif
