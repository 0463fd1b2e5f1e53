/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fault test does again and again: the deeds of the payment part, each from opening the
 * database to closing it, and how to tell what they left behind.
 */
#ifndef FAULT_SCENES_H
#define FAULT_SCENES_H

#include "support/store_fixture.h"

#include "domain/invoice_no.h"
#include "formats/biller.h"
#include "service/call.h"

enum { SCENE_TEXT_BYTES = 1000 };

struct stage {
	struct fixture f; /* its database is not open: each scene opens it for itself */
	const struct driver *driver;
	PGconn *looker; /* of stage_state() */
	struct lawbook *book;
	struct arena *facts, *keep;
	struct call call;
	/* Which of its persons and numbers a scene uses: another one where the last one's traces
	 * stay. */
	unsigned n, people;
	struct invoice_no no; /* the last one made */
	size_t answered;      /* payments and cancels that a scene was told are done */
};

struct scene {
	const char *name;
	/* Brings the database to where the scene begins; NULL = people alone. */
	ST (*prepare)(struct stage *s);
	/* Repeated, it completes what a fault broke off, and changes nothing where nothing is left
	 * to do. */
	ST (*run)(struct stage *s);
	bool bare;   /* begins with no database at all */
	bool whole;  /* one transaction: everything or nothing */
	bool copies; /* makes f.other, the same as the database */
};

extern const struct scene scenes[];
extern const size_t scene_count;
const struct scene *scene_find(const char *name);
/* The scene "pay" inside of an open database. */
ST scene_do_pay(struct stage *s);

/* `people` made-up persons in the system since June 2026, who have paid nothing. */
void stage_start(struct stage *s, unsigned people);
void stage_end(struct stage *s);
/* Opens by `s->driver`; the connection serves. */
ST stage_open(struct stage *s, enum db_mode mode);
ST stage_close(struct stage *s, enum st st);

/* Numbers and sums of all rows, one text for the same state; "none" without tables. */
void stage_state(struct stage *s, const char *url, char out[SCENE_TEXT_BYTES]);
/* The audit with everything computed again, and the engine's own check. */
void stage_audit(struct stage *s, const char *url, const char *after);

#endif
