/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What machines ask: is the process alive, can it answer, how is it doing.
 */
#ifndef CHANNELS_HTTP_PROBES_H
#define CHANNELS_HTTP_PROBES_H

#include "channels/http/route.h"

/* GET /healthz: the loop turns. */
struct reply *probe_health(struct request *rq);
/* GET /readyz: 200 when a person's question would be answered, else 503. */
struct reply *probe_ready(struct request *rq);
/* GET /metrics: Prometheus text. */
struct reply *probe_metrics(struct request *rq);

#endif
