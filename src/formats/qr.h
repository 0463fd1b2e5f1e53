/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A QR code as one path of SVG, drawn by libqrencode: error correction M, quiet zone of four
 * modules. One module is one unit.
 */
#ifndef FORMATS_QR_H
#define FORMATS_QR_H

#include "base/ctx.h"

enum { QR_TEXT_MAX = 1024, QR_QUIET = 4 };

struct qr {
	int size;        /* units of a side, quiet zone and all */
	struct str path; /* of the dark modules: value of the attribute `d`; in cx->arena */
};

/* `text` without a zero byte. Error: VALUE_TOO_LONG. */
ST qr_draw(struct ctx *cx, struct str text, struct qr *out);

#endif
