/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drawing holds the very modules of the code: it is painted on a grid again and compared with
 * what libqrencode gives. That cameras read it is seen on the page (tests/e2e).
 */
#include "support/test.h"

#include <qrencode.h>

#include "formats/qr.h"

enum { GRID = 200 };

static unsigned char grid[GRID][GRID];

/* The digits behind `before`. */
static int number(const char **p, const char *before)
{
	int n = 0;

	assert_memory_equal(*p, before, strlen(before));
	for (*p += strlen(before); **p >= '0' && **p <= '9'; (*p)++)
		n = n * 10 + (**p - '0');
	return n;
}

/* "M4 4h7v1h-7z" and so on; nothing else may stand there. */
static void paint(const struct qr *qr)
{
	const char *p = qr->path.p, *end = p + qr->path.n;

	memset(grid, 0, sizeof(grid));
	while (p < end) {
		int x = number(&p, "M"), y = number(&p, " "), w = number(&p, "h");

		assert_int_equal(number(&p, "v1h-"), w);
		assert_true(p < end && *p == 'z' && w > 0);
		p++;
		assert_true(x >= QR_QUIET && x + w <= qr->size - QR_QUIET);
		assert_true(y >= QR_QUIET && y < qr->size - QR_QUIET);
		for (int i = 0; i < w; i++)
			grid[y][x + i]++;
	}
}

static void assert_drawn(struct ctx *cx, const char *text)
{
	QRcode *code =
		QRcode_encodeData((int)strlen(text), (const unsigned char *)text, 0, QR_ECLEVEL_M);
	struct qr qr;

	assert_non_null(code);
	assert_int_equal(qr_draw(cx, str_of(text), &qr), OK);
	assert_int_equal(qr.size, code->width + 8);
	paint(&qr);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			assert_int_equal(grid[y + QR_QUIET][x + QR_QUIET],
				code->data[y * code->width + x] & 1);
	QRcode_free(code);
}

static void test_drawn(void **state)
{
	struct ctx cx = {.arena = arena_new(8 << 20)};

	assert_drawn(&cx, "https://saqta.example/p/7K3F-92QD");
	assert_drawn(&cx, "A");
	assert_drawn(&cx, "Әлеуметтік қор");
	arena_free(cx.arena);
}

static void test_refused(void **state)
{
	struct ctx cx = {.arena = arena_new(8 << 20)};
	char text[QR_TEXT_MAX + 1];
	struct qr qr;

	memset(text, 'x', sizeof(text));
	assert_int_equal(qr_draw(&cx, (struct str){text, QR_TEXT_MAX}, &qr), OK);
	assert_int_equal(qr_draw(&cx, (struct str){text, QR_TEXT_MAX + 1}, &qr), E_INPUT);
	assert_int_equal(qr_draw(&cx, STR_LIT(""), &qr), E_INPUT);
	arena_free(cx.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drawn),
		cmocka_unit_test(test_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
