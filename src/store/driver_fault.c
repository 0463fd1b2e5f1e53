/* SPDX-License-Identifier: Apache-2.0 */
#include "store/driver.h"

#include "base/check.h"

struct driver_conn {
	struct fault_plan *plan;
	const struct driver *inner;
	struct driver_conn *conn;
};

static ST fault_due(struct ctx *cx, struct fault_plan *plan)
{
	plan->calls++;
	if (plan->fail_at == 0 || plan->calls < plan->fail_at)
		return OK;
	if (plan->calls > plan->fail_at && !plan->for_good)
		return OK;
	return fail_at(
		cx, plan->code, __FILE__, __LINE__, 0, "", "injected at call %ld", plan->calls);
}

static ST fault_open(struct ctx *cx, const struct driver *self, struct arena *arena,
	const char *target, enum db_mode mode, struct driver_conn **out)
{
	struct driver_conn *c = ARENA_NEW(arena, struct driver_conn);

	c->plan = self->plan;
	c->inner = c->plan->inner;
	TRY(fault_due(cx, c->plan));
	TRY(c->inner->open(cx, c->inner, arena, target, mode, &c->conn));
	*out = c;
	return OK;
}

static void fault_close(struct driver_conn *c)
{
	c->inner->close(c->conn);
}

static ST fault_begin(struct ctx *cx, struct driver_conn *c, bool write)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->begin(cx, c->conn, write);
}

static ST fault_commit(struct ctx *cx, struct driver_conn *c)
{
	TRY(fault_due(cx, c->plan));
	TRY(c->inner->commit(cx, c->conn));
	if (++c->plan->commits == c->plan->lose_commit)
		return fail(cx, DB_BUSY, "%s", "the answer to a commit is lost");
	return OK;
}

static void fault_rollback(struct driver_conn *c)
{
	c->inner->rollback(c->conn);
}

static ST fault_prepare(
	struct ctx *cx, struct driver_conn *c, const struct stmt *stmt, struct driver_stmt **out)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->prepare(cx, c->conn, stmt, out);
}

static void fault_finalize(struct driver_conn *c, struct driver_stmt *s)
{
	c->inner->finalize(c->conn, s);
}

static ST fault_bind(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s,
	const struct db_arg *args, size_t n)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->bind(cx, c->conn, s, args, n);
}

static ST fault_step(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, bool *row)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->step(cx, c->conn, s, row);
}

static struct cell fault_column(struct driver_conn *c, struct driver_stmt *s, int i)
{
	return c->inner->column(c->conn, s, i);
}

static void fault_done(struct driver_conn *c, struct driver_stmt *s)
{
	c->inner->done(c->conn, s);
}

static ST fault_run(struct ctx *cx, struct driver_conn *c, struct driver_stmt *s, int64_t *changed)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->run(cx, c->conn, s, changed);
}

static ST fault_load_begin(struct ctx *cx, struct driver_conn *c, const struct stmt *stmt)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->load_begin(cx, c->conn, stmt);
}

static ST fault_load_row(struct ctx *cx, struct driver_conn *c, const struct db_arg *args, size_t n)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->load_row(cx, c->conn, args, n);
}

static ST fault_load_end(struct ctx *cx, struct driver_conn *c)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->load_end(cx, c->conn);
}

static ST fault_script(struct ctx *cx, struct driver_conn *c, const char *text)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->script(cx, c->conn, text);
}

static ST fault_upkeep(struct ctx *cx, struct driver_conn *c, enum upkeep what, const char *path)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->upkeep(cx, c->conn, what, path);
}

static ST fault_info(struct ctx *cx, struct driver_conn *c, struct driver_info *out)
{
	TRY(fault_due(cx, c->plan));
	return c->inner->info(cx, c->conn, out);
}

struct driver driver_fault(struct fault_plan *plan)
{
	must(plan->inner && plan->code != ERR_NONE);
	return (struct driver){
		.name = "fault",
		.engine = plan->inner->engine,
		.plan = plan,
		.open = fault_open,
		.close = fault_close,
		.begin = fault_begin,
		.commit = fault_commit,
		.rollback = fault_rollback,
		.prepare = fault_prepare,
		.finalize = fault_finalize,
		.bind = fault_bind,
		.step = fault_step,
		.column = fault_column,
		.done = fault_done,
		.run = fault_run,
		.load_begin = plan->inner->load_begin ? fault_load_begin : NULL,
		.load_row = fault_load_row,
		.load_end = fault_load_end,
		.script = fault_script,
		.upkeep = fault_upkeep,
		.info = fault_info,
	};
}
