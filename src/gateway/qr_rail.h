/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rails: the ways in which a QR code says what is to be paid. An invoice can go by any of them;
 * none carries the number of a person. That it was paid only a bank's answer tells, never a rail.
 */
#ifndef GATEWAY_QR_RAIL_H
#define GATEWAY_QR_RAIL_H

#include "domain/invoice_no.h"
#include "domain/money.h"

/* What the operator has set up. */
struct qr_settings {
	struct str origin;     /* "https://saqta.example": where our own pages are; or empty */
	struct str emv_scheme; /* name of the payment scheme in EMVCo texts; or empty */
	bool kaspi, halyk;     /* there is a contract by which the bank issues codes */
};

struct qr_order {
	struct invoice_no no;
	struct money sum;
	struct str payee_bin;              /* of who gets the money; may be empty */
	struct str payee_name, payee_city; /* in Kazakh: at most 25 and 15 characters */
	int knp;                           /* payment purpose: 122 */
};

enum qr_rail_kind { QR_LINK, QR_EMV, QR_KASPI, QR_HALYK, QR_RAILS };

/* The text of the code, in cx->arena. Errors: those of the format. */
typedef enum st qr_text_fn(struct ctx *cx, const struct qr_settings *settings,
	const struct qr_order *order, struct str *out);

struct qr_rail {
	/* "link", "emv": in our addresses; the message pay.rail.<code> names it. */
	const char *code;
	/* Has the operator set up what it needs? */
	bool (*works)(const struct qr_settings *settings);
	/* NULL: the bank itself issues each code, asked by `saqta work` over this lane of outbox.
	 */
	qr_text_fn *text;
	const char *lane;
	const char *watch; /* lane of those that were issued; NULL: the bank is not asked of them */
	bool whole_tenge;  /* it cannot carry tiyn */
};

/* By enum qr_rail_kind. */
extern const struct qr_rail qr_rails[QR_RAILS];
/* Has it been set up, and can it carry the sum? */
bool qr_rail_works(enum qr_rail_kind rail, const struct qr_settings *settings, struct money sum);
/* False when no rail is called so. */
bool qr_rail_find(struct str code, enum qr_rail_kind *out);

#endif
