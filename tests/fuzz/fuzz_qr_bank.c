/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of banks that issue QR codes. The first byte says whose, and to which request; what is
 * believed can be shown: it is short, visible, and begins as it must.
 */
#include "base/url.h"
#include "gateway/qr_bank.h"
#include "fuzz/fuzz.h"

FUZZ_TARGET
{
	struct qr_bank bank = {
		.settings.links = STR_LIT("https://qr.kaspi.kz/ https://developer.homebank.kz/")};
	struct qr_wish wish = {.sum = money_tiyn(425000)};
	const struct qr_issued *got = &wish.issued;
	enum st st;

	if (input.n == 0)
		return;
	if (input.p[0] & 4) {
		struct qr_glance g = {.st = OK};

		st = qr_bank_kaspi.take_state(cx, (struct str){input.p + 1, input.n - 1}, &g);
		must(st == err_info(cx->err.code)->class);
		must(!(g.taken && g.dead) && (st == OK || (!g.taken && !g.dead)));
		return;
	}
	bank.kind = input.p[0] & 1 ? &qr_bank_halyk : &qr_bank_kaspi;
	wish.step = input.p[0] >> 1 & 1;
	st = bank.kind->take(cx, &bank, &wish, (struct str){input.p + 1, input.n - 1});
	must(st == err_info(cx->err.code)->class);
	must(strlen(bank.device) <= QR_BANK_WORD_MAX);
	if (st != OK) {
		must(cx->err.code == ERR_QR_ANSWER || cx->err.code == ERR_QR_REFUSED);
		return;
	}
	if (wish.step < bank.kind->steps)
		return;
	must(got->text.n > 20 && got->text.n <= QR_BANK_TEXT_MAX);
	for (size_t i = 0; i < got->text.n; i++)
		must(got->text.p[i] > ' ' && got->text.p[i] <= '~');
	must(got->link.n == 0 || url_is_sealed(got->link));
	must(got->expires_at.us > 0);
}
