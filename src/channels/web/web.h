/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages: handlers for the rows of src/routes.c, and the error page of struct site_hooks.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "channels/http/route.h"

/* GET / : to the pages of the person's language, and remembers it. */
struct reply *web_root(struct request *rq);
/* GET /{lang}/ */
struct reply *web_start(struct request *rq);
/* POST /{lang}/status, field iin: 303 to the result. */
struct reply *web_status_ask(struct request *rq);
/* GET /{lang}/s/{token} */
struct reply *web_status(struct request *rq);
/* GET /{lang}/s/{token}/why/{month} */
struct reply *web_why(struct request *rq);
/* GET and POST /{lang}/s/{token}/pay: the months, what they cost, and the invoice. */
struct reply *web_pay_choose(struct request *rq);
struct reply *web_pay_chosen(struct request *rq);
/* GET /p/{invoice}: to the page of the invoice. */
struct reply *web_invoice_short(struct request *rq);
/* GET /{lang}/pay/{invoice}?rail= */
struct reply *web_invoice(struct request *rq);
/* POST there: a new invoice for what of it needs payment still. */
struct reply *web_invoice_again(struct request *rq);
/* POST /{lang}/pay/{invoice}/code: asks a bank for a code of its own. */
struct reply *web_invoice_code(struct request *rq);
/* GET /{lang}/pay/{invoice}/done */
struct reply *web_receipt(struct request *rq);
/* GET /pay/{invoice}/events: its state, and the next one when it comes, as server-sent events. */
struct reply *web_invoice_events(struct request *rq);
/* GET /{lang}/calculator; all inputs are in the query. */
struct reply *web_calculator(struct request *rq);
/* GET /{lang}/penalty?debt=&rate=&days= */
struct reply *web_penalty(struct request *rq);
/* GET /{lang}/embed */
struct reply *web_embed(struct request *rq);
/* GET and POST /embed/v1/frame?lang= */
struct reply *web_frame(struct request *rq);
struct reply *web_frame_ask(struct request *rq);
/* GET /assets/{name} and /embed/v1.js */
struct reply *web_asset(struct request *rq);
struct reply *web_embed_script(struct request *rq);

/* For struct site_hooks. */
void web_error_page(struct request *rq, int status, struct buf *out);

#endif
