/* SPDX-License-Identifier: Apache-2.0 */
#include "store/migrate.h"

#include "base/check.h"
#include "base/embed.h"
#include "store/ddl.h"
#include "store/driver.h"

/* Made from db/ by tools/embed.py: the numbered steps first, in order, then only_*.sql. */
extern const struct embedded db_files[];
extern const size_t db_files_count;

enum { STEP_BYTES_MAX = 1 << 20 };

STMT(schema_version, READ, 0, 1, "", "SELECT coalesce(max(number), -1) FROM migration");
STMT(migration_read, READ, 1, 1, "", "SELECT digest FROM migration WHERE number = $1");
STMT(migration_insert, WRITE, 4, 0, "",
	"INSERT INTO migration (number, name, digest, run_at) VALUES ($1, $2, $3, $4)");
STMT(installation_insert, WRITE, 2, 0, "",
	"INSERT INTO installation (installation, secret, created_at) VALUES (1, $1, $2)");

/* One at a time makes tables and functions; the number is ours alone. */
STMT_POSTGRES(migration_lock, READ, 0, 1, "",
	"SELECT CAST(1 AS BIGINT) FROM pg_advisory_xact_lock(771140001)");
STMT_POSTGRES(role_known, READ, 1, 1, "",
	"SELECT count(*) FROM pg_roles WHERE rolname = CAST($1 AS TEXT)");
STMT_POSTGRES(role_set, READ, 1, 1, "", "SELECT set_config('saqta.role', $1, true)");

static const struct embedded *step_at(int number)
{
	for (size_t i = 0; i < db_files_count; i++) {
		uint64_t n;

		if (str_to_u64((struct str){db_files[i].name, 4}, 9999, &n) &&
			n == (uint64_t)number)
			return &db_files[i];
	}
	return NULL;
}

static struct str file_text(const char *name)
{
	for (size_t i = 0; i < db_files_count; i++)
		if (str_is(str_of(db_files[i].name), name))
			return db_files[i].text;
	must(false);
	return (struct str){0};
}

static struct str only_text(enum engine engine)
{
	static const char *const names[ENGINE_COUNT] = {"only_sqlite.sql", "only_postgres.sql"};

	return file_text(names[engine]);
}

int schema_version(void)
{
	int n = 0;

	while (step_at(n + 1))
		n++;
	return n;
}

ST db_schema_version(struct ctx *cx, struct db *db, int *out)
{
	struct driver_info info;
	struct rows r;
	bool found;

	TRY(db_info(cx, db, &info));
	if (!info.ours && info.tables > 0)
		return fail(cx, DB_NOT_OURS, "%d", info.tables);
	*out = -1;
	if (!info.ours)
		return OK;
	TRY(db_query_one(cx, db, &stmt_schema_version, NO_ARGS, &r, &found));
	if (found) {
		*out = (int)rows_int(&r, 0);
		rows_end(&r);
	}
	return OK;
}

struct step {
	int number;
	bool done;
};

static ST installation_make(struct ctx *cx, struct db *db)
{
	unsigned char secret[16];

	if (db_has_secret(db))
		memcpy(secret, db_secret(db), sizeof(secret));
	else
		rng_bytes(secret, sizeof(secret));
	TRY(db_run(cx, db, &stmt_installation_insert,
		ARGS(a_bytes(secret, sizeof(secret)), a_instant(cx->clock->now(cx->clock))), NULL));
	db_set_secret(db, secret);
	return OK;
}

static ST lock(struct ctx *cx, struct db *db)
{
	struct rows r;
	bool found;

	if (!db_speaks(db, &stmt_migration_lock))
		return OK;
	TRY(db_query_one(cx, db, &stmt_migration_lock, NO_ARGS, &r, &found));
	if (found)
		rows_end(&r);
	return OK;
}

/* One step and, after the last one, what only this engine can say. */
static ST step_run(struct ctx *cx, struct db *db, void *arg)
{
	struct step *step = arg;
	const struct embedded *file = step_at(step->number);
	struct sha256 digest = digest_sha256(file->text.p, file->text.n);
	struct buf text = buf_new(cx->arena, STEP_BYTES_MAX);
	int version;

	step->done = false;
	/* Another process may have been faster. */
	TRY(lock(cx, db));
	TRY(db_schema_version(cx, db, &version));
	if (version >= step->number)
		return OK;
	TRY(ddl_spell(cx, file->text, db_engine(db), &text));
	if (step->number == schema_version())
		buf_str(&text, only_text(db_engine(db)));
	buf_char(&text, '\0');
	TRY(db_script(cx, db, text.p));
	TRY(db_run(cx, db, &stmt_migration_insert,
		ARGS(a_int(step->number), a_text(str_of(file->name)),
			a_bytes(digest.bytes, sizeof(digest.bytes)),
			a_instant(cx->clock->now(cx->clock))),
		NULL));
	if (step->number == 0)
		TRY(installation_make(cx, db));
	step->done = true;
	return OK;
}

static ST step_check(struct ctx *cx, struct db *db, int number)
{
	const struct embedded *file = step_at(number);
	struct sha256 digest = digest_sha256(file->text.p, file->text.n);
	struct rows r;
	bool found, same;

	TRY(db_query_one(cx, db, &stmt_migration_read, ARGS(a_int(number)), &r, &found));
	if (!found)
		return fail(cx, DB_BROKEN, "%s was never run", file->name);
	same = str_eq(rows_bytes(&r, 0), (struct str){(const char *)digest.bytes, 32});
	rows_end(&r);
	return same ? OK : fail(cx, DB_BROKEN, "%s was another one", file->name);
}

ST db_schema_check(struct ctx *cx, struct db *db)
{
	int version;

	TRY(db_schema_version(cx, db, &version));
	if (version > schema_version())
		return fail(cx, DB_NEWER, "%d > %d", version, schema_version());
	for (int number = 0; number <= version; number++)
		TRY(step_check(cx, db, number));
	return version == schema_version()
		       ? OK
		       : fail(cx, DB_OLDER, "%d < %d", version, schema_version());
}

ST db_migrate(struct ctx *cx, struct db *db, int *applied)
{
	int version;

	*applied = 0;
	TRY(db_schema_version(cx, db, &version));
	if (version > schema_version())
		return fail(cx, DB_NEWER, "%d > %d", version, schema_version());
	for (int number = 0; number <= version; number++)
		TRY(step_check(cx, db, number));
	for (int number = version + 1; number <= schema_version(); number++) {
		struct step step = {.number = number};

		TRY(tx_run(cx, db, TX_WRITE, step_run, &step));
		*applied += step.done;
	}
	return OK;
}

static ST rights(struct ctx *cx, struct db *db, void *arg)
{
	const struct str *role = arg;
	int64_t count;
	struct rows r;
	bool found;

	TRY(db_query_one(cx, db, &stmt_role_known, ARGS(a_text(*role)), &r, &found));
	must(found);
	count = rows_int(&r, 0);
	rows_end(&r);
	if (count == 0)
		return fail_in(cx, 0, "db-role", VALUE_UNKNOWN, "%.*s", STR(*role));
	TRY(db_query_one(cx, db, &stmt_role_set, ARGS(a_text(*role)), &r, &found));
	if (found)
		rows_end(&r);
	return db_script(cx, db, str_z(cx->arena, file_text("rights_postgres.sql")));
}

ST db_give_rights(struct ctx *cx, struct db *db, struct str role)
{
	if (!db_speaks(db, &stmt_role_known))
		return OK;
	return tx_run(cx, db, TX_WRITE, rights, &role);
}

ST schema_put(struct ctx *cx, enum engine engine, struct buf *out)
{
	for (int number = 0; number <= schema_version(); number++)
		TRY(ddl_spell(cx, step_at(number)->text, engine, out));
	buf_str(out, only_text(engine));
	return OK;
}
