/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Banks that issue QR codes themselves, over interfaces of their own: Kaspi Pay and Halyk ePay. A
 * code names an invoice of ours, lives for some minutes, and says nothing about a payment: that
 * only the bank's own call on the biller channel does (docs/adr, codes of banks).
 *
 * What is public of either stands in docs/formats/qr_banks.md with its source. Addresses and keys
 * come with a contract: they are settings.
 */
#ifndef GATEWAY_QR_BANK_H
#define GATEWAY_QR_BANK_H

#include "domain/invoice_no.h"
#include "domain/money.h"
#include "gateway/peer.h"

enum {
	QR_BANK_TEXT_MAX = 400, /* bytes of the text of a code */
	QR_BANK_WORD_MAX = 200, /* bytes of any other word of theirs */
};

struct qr_bank_settings {
	struct str url;       /* Kaspi: of the interface with its scheme, "…/r1/v01"; Halyk: where
				 codes are made */
	struct str token_url; /* Halyk: where access is given */
	struct str user;      /* Kaspi: our device; Halyk: client_id */
	struct str
		secret; /* Kaspi: Api-Key, may be empty with a certificate; Halyk: client_secret */
	struct str place; /* Kaspi: number of the trade point; Halyk: terminal */
	struct str owner; /* Kaspi, third scheme: our BIN; else empty */
	struct str links; /* what a code of theirs may begin with, separated by spaces */
};

struct qr_bank_kind;

struct qr_bank {
	const struct qr_bank_kind *kind;
	struct qr_bank_settings settings;
	struct peer *peer;
	/* Set here. */
	bool proven;                       /* it has answered well since the last failure */
	char device[QR_BANK_WORD_MAX + 1]; /* Kaspi: token of our device; "" before it is given */
};

/* What the bank issued. In cx->arena. */
struct qr_issued {
	struct str text; /* of the code: printable ASCII, begins with one of settings.links */
	struct str link; /* opens the bank's app on a phone, else its site; may be empty */
	struct str ref;  /* the bank's number of it */
	struct instant expires_at;
};

/* One code that is to be issued. */
struct qr_wish {
	struct invoice_no no;
	struct money sum; /* whole tenge */
	int64_t order;    /* ≥ 0: a number that no other wish at this bank ever had */
	/* Set by qr_bank_issue(). */
	enum st st;
	struct err_slot err;
	struct qr_issued issued;
	int step;          /* how far the conversation is */
	struct str access; /* Halyk: for this order */
};

/*
 * Asks for all of them at the same time, at most LIMIT_PEER_CALLS, each with its own st. While the
 * bank is not `proven` only the first is asked until it is, so that a bank that fails is asked
 * once. Errors of a wish: PEER_*; PEER_STATUS (it answers, but not 2xx), QR_ANSWER (not what was
 * agreed): the bank is in trouble; QR_REFUSED (it does not want this one).
 */
void qr_bank_issue(struct ctx *cx, struct qr_bank *bank, struct qr_wish *wishes, size_t count);

/* A code that was issued, and what the bank says of it. */
struct qr_glance {
	struct str ref;
	/* Set by qr_bank_watch(): at most one of the two. */
	enum st st;
	bool taken, dead;
};
/*
 * Asks about all of them at the same time, at most LIMIT_PEER_CALLS; the kind can be asked. What
 * fails has an st of its own and says nothing.
 */
void qr_bank_watch(struct ctx *cx, struct qr_bank *bank, struct qr_glance *glances, size_t count);

/* One conversation of requests and answers, without a network. */
struct qr_bank_kind {
	const char *code; /* of its rail: "kaspi" */
	int steps;        /* requests of a conversation */
	int life_seconds; /* of a code whose end the bank does not tell */
	/* The request of wish->step. */
	ST(*ask)
	(struct ctx *cx, const struct qr_bank *bank, struct qr_wish *wish,
		struct peer_request *out);
	/* Takes the answer, 2xx, and sets the next step; `steps` is the end. */
	ST (*take)(struct ctx *cx, struct qr_bank *bank, struct qr_wish *wish, struct str body);
	/* How it goes with a code; NULL: the bank is not asked. */
	ST(*ask_state)
	(struct ctx *cx, const struct qr_bank *bank, const struct qr_glance *glance,
		struct peer_request *out);
	ST (*take_state)(struct ctx *cx, struct str body, struct qr_glance *out);
};
extern const struct qr_bank_kind qr_bank_kaspi, qr_bank_halyk;

/* For the kinds: is what came a code that may be shown? Fills in the end of its life. */
ST qr_bank_check(struct ctx *cx, const struct qr_bank *bank, struct str ends, struct qr_issued *io);
/* For the kinds: a text that is an address a browser may be sent to is a link as it stands. */
struct str qr_bank_link(struct str text);
/* For the kinds: "url" + "path". */
struct str qr_bank_url(struct ctx *cx, struct str url, const char *path);

#endif
