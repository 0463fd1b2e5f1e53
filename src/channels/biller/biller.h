/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The banks' channel: GET and POST /biller/{bank}. Translates between a bank's protocol and
 * service/biller.h; docs/formats/biller.md describes it for the developers of a bank.
 */
#ifndef CHANNELS_BILLER_H
#define CHANNELS_BILLER_H

#include "channels/biller/access.h"
#include "channels/http/route.h"

struct reply *biller_serve(struct request *rq);

#endif
