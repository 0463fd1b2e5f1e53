/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The biller channel: a bank asks whether an account can be paid and tells what it took. What
 * differs between banks (names, forms, numbers of results, limits) is one row of a table, the
 * profile; reading and writing here are pure (docs/formats/biller.md).
 */
#ifndef FORMATS_BILLER_H
#define FORMATS_BILLER_H

#include "domain/day.h"
#include "domain/iin.h"
#include "domain/invoice_no.h"
#include "domain/money.h"

enum biller_command {
	BILLER_CHECK,
	BILLER_PAY,
	BILLER_STATUS,
	BILLER_CANCEL,
	BILLER_COMMANDS,
	BILLER_NO_COMMAND = BILLER_COMMANDS
};
/* "check", "pay", … */
const char *biller_command_code(enum biller_command c);

/* What is answered. Each profile gives each of them its own number. */
enum biller_outcome {
	BILLER_OK,
	BILLER_LATER,           /* not now: nothing was taken, the same request again */
	BILLER_ACCOUNT_FORMAT,  /* no number of a person or an invoice */
	BILLER_ACCOUNT_UNKNOWN, /* of nobody in the system, or no invoice */
	BILLER_NOT_ALLOWED,     /* a person who cannot pay: outside the system */
	BILLER_SUM_SMALL,
	BILLER_SUM_LARGE,
	BILLER_SUM_FORMAT,
	BILLER_TXN_FORMAT,
	BILLER_DATE, /* missing, impossible, in the future, too old */
	BILLER_CURRENCY,
	BILLER_COMMAND_UNKNOWN,
	BILLER_REQUEST,     /* a parameter is missing or doubled, or the request is no such thing */
	BILLER_CONFLICT,    /* the same transaction with another account or sum */
	BILLER_CANCELLED,   /* the transaction was taken and cancelled */
	BILLER_TXN_UNKNOWN, /* status, cancel: no such transaction was taken */
	BILLER_CANCEL_LATE, /* cancel: its day is over */
	BILLER_CANCEL_IMPOSSIBLE, /* cancel: part of it has gone back already */
	BILLER_INVOICE_PAID,      /* check of an invoice: nothing is left to pay */
	BILLER_INVOICE_OVER,      /* check of an invoice: too old, or its sums are others now */
	BILLER_ADDRESS,           /* the request comes from an address that is not the bank's */
	BILLER_OUTCOMES
};
/* "ok", "later", …: for logs; the words for people are the messages biller.<code>. */
const char *biller_outcome_code(enum biller_outcome o);

enum biller_param {
	BILLER_P_COMMAND,
	BILLER_P_TXN,
	BILLER_P_ACCOUNT,
	BILLER_P_SUM,
	BILLER_P_DATE,
	BILLER_P_CURRENCY,
	BILLER_PARAMS
};

enum biller_form { BILLER_XML_OSMP, BILLER_XML_KASPI, BILLER_JSON_KASPI };

/* Columns of the bank's daily register. */
enum biller_column {
	BILLER_C_BANK,
	BILLER_C_TXN,
	BILLER_C_DATE,
	BILLER_C_ACCOUNT,
	BILLER_C_SUM,
	BILLER_C_STATUS,
	BILLER_COLUMNS
};

enum { BILLER_BY_GET = 1, BILLER_BY_POST = 2 };

struct biller_profile {
	const char *bank;            /* its name in the address: "kaspi" */
	const char *bic, *iban_code; /* "CASPKZKA", "722"; empty = it is no bank */
	bool confirmed;    /* from public descriptions of this bank's protocol; else the plain one
			      until a contract gives the bank's own */
	unsigned methods;  /* bits BILLER_BY_… */
	unsigned commands; /* bits 1 << enum biller_command */
	enum biller_form form;
	const char *params[BILLER_PARAMS];
	unsigned txn_digits;      /* most digits of a transaction number */
	bool check_sum_is_dummy;  /* the sum of a check means nothing and is not looked at */
	int malformed_http;       /* HTTP status of what cannot be read as a request */
	unsigned timeout_seconds; /* the bank breaks off then */
	unsigned days_back;       /* how old a payment may be that comes only now */
	unsigned cancel_days;     /* days after that of the payment on which it may be cancelled */
	int64_t sum_min_tiyn, sum_max_tiyn; /* of one payment */
	/*
	 * Where in its app people pay us: the message bank.path.<path>. The message bank.<bank> is
	 * its name. NULL: it has no app.
	 */
	const char *path;
	const char *addresses; /* from which it calls, if known; else the setting alone says */
	int codes[BILLER_OUTCOMES];
	const char *columns[BILLER_COLUMNS];
	const char *register_taken; /* the status of a row that was paid */
};

/* NULL when no bank has this name. */
const struct biller_profile *biller_profile_find(struct str bank);
const struct biller_profile *biller_profiles(size_t *count);

/* A parameter as it came, percent signs and plus already decoded. */
struct biller_pair {
	struct str name, value;
};

struct biller_request {
	enum biller_command command;
	struct str txn;     /* 1 … txn_digits digits; empty when it was not readable */
	struct str account; /* as it came: at most 200 bytes */
	bool has_iin;
	struct iin iin; /* of the account */
	bool has_invoice;
	struct invoice_no invoice; /* of the account, where that is an invoice */
	bool has_sum;
	struct money sum;
	bool has_time;
	int64_t time; /* 20260110120133, civil time of the bank */
	struct day day;
	bool late; /* from a register: however long ago it was */
	/* BILLER_OK, or the first thing that is wrong; `field` is the bank's name of it. */
	enum biller_outcome problem;
	const char *field;
};

/*
 * Reads the parameters of one request. Never fails: what is wrong is in out->problem. A parameter
 * of another name is not looked at. Views into the pairs.
 */
void biller_read(struct ctx *cx, const struct biller_profile *p, const struct biller_pair *pairs,
	size_t count, struct biller_request *out);
/* Does the request come in a day that may be posted? BILLER_OK or BILLER_DATE. */
enum biller_outcome biller_check_day(
	const struct biller_profile *p, const struct biller_request *rq, struct instant now);
/* A moment as banks write it. False when it is none. */
bool biller_time_read(struct str text, int64_t *time, struct day *day);

enum { BILLER_FIELDS_MAX = 6 };

struct biller_field {
	const char *key; /* ASCII, for programs: "name" */
	struct str name; /* for people */
	struct str value;
};

struct biller_answer {
	enum biller_outcome outcome;
	enum biller_command command;
	struct str txn;
	bool has_receipt;
	int64_t receipt; /* our number of the payment */
	struct money sum;
	struct str payee_bin;
	struct str comment;
	struct biller_field fields[BILLER_FIELDS_MAX];
	size_t field_count;
};

/* Appends the answer in the form of the profile. */
void biller_put(struct buf *b, const struct biller_profile *p, const struct biller_answer *a);
const char *biller_media_type(const struct biller_profile *p);
/* HTTP status of an outcome: 200 but for strangers and what cannot be read. */
int biller_http(const struct biller_profile *p, enum biller_outcome o);

/* "С*** А." of surname and name; empty when nothing is known. In the arena. */
struct str biller_mask_name(struct ctx *cx, struct str surname, struct str name);

#endif
