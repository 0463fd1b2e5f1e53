/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/qr.h"

#include <qrencode.h>

enum { PATH_BYTES_MAX = 256 << 10 };

/* Dark modules that touch in a row are one box: the path is half as long then. */
static void put_row(struct buf *b, const unsigned char *row, int width, int y)
{
	for (int x = 0; x < width; x++) {
		int from = x;

		while (x < width && row[x] & 1)
			x++;
		if (x > from)
			buf_fmt(b, "M%d %dh%dv1h-%dz", from + QR_QUIET, y + QR_QUIET, x - from,
				x - from);
	}
}

ST qr_draw(struct ctx *cx, struct str text, struct qr *out)
{
	struct buf path = buf_new(cx->arena, PATH_BYTES_MAX);
	QRcode *code = NULL;

	if (text.n > 0 && text.n <= QR_TEXT_MAX)
		code = QRcode_encodeData(
			(int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (!code)
		return fail(cx, VALUE_TOO_LONG, "%zu bytes", text.n);
	for (int y = 0; y < code->width; y++)
		put_row(&path, code->data + y * code->width, code->width, y);
	*out = (struct qr){code->width + 2 * QR_QUIET, buf_view(&path)};
	QRcode_free(code);
	return OK;
}
