-- SPDX-License-Identifier: Apache-2.0
-- What only PostgreSQL can say: enduring rows are never changed or deleted, by right (see
-- rights_postgres.sql) and, against a slip of the owner, by trigger. Run after each migration.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;

CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;

CREATE OR REPLACE TRIGGER person_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER person_fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON person_fact
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER spell_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON spell
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER lookup_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lookup
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER refund_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refund
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER suspense_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON suspense
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON account
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER migration_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migration
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER installation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON installation
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER bank_txn_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_txn
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER bank_cancel_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON bank_cancel
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER refund_wait_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refund_wait
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER refund_reason_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refund_reason
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER advance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON advance
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER advance_used_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON advance_used
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER invoice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER invoice_month_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_month
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER invoice_paid_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice_paid
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER qr_ask_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON qr_ask
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE OR REPLACE TRIGGER qr_code_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON qr_code
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
-- A document is never deleted; how far it is changes.
CREATE OR REPLACE TRIGGER intake_append_only BEFORE DELETE OR TRUNCATE ON intake
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Lines of a load before they are merged into payment: a table of this session, empty.
CREATE OR REPLACE FUNCTION payment_stage_make() RETURNS BIGINT LANGUAGE plpgsql AS
$$ BEGIN
	CREATE TEMPORARY TABLE IF NOT EXISTS payment_stage (place BIGINT NOT NULL, LIKE payment)
		ON COMMIT DELETE ROWS;
	IF EXISTS (SELECT 1 FROM payment_stage) THEN
		TRUNCATE payment_stage;
	END IF;
	RETURN 0;
END $$;

-- Who looked at whom grows for ever and is kept as long as the law says: by months, so that an old
-- one is dropped as a table. Nothing is ever refused: what fits no month goes to lookup_rest.
CREATE OR REPLACE FUNCTION lookup_month_start(at TIMESTAMPTZ, months INT) RETURNS TIMESTAMPTZ
	LANGUAGE sql IMMUTABLE AS
$$ SELECT (date_trunc('month', at AT TIME ZONE 'UTC') + make_interval(months => months)) AT TIME ZONE 'UTC' $$;

CREATE OR REPLACE FUNCTION lookup_micros(at TIMESTAMPTZ) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS
$$ SELECT CAST(extract(epoch FROM at) AS BIGINT) * 1000000 $$;

-- The month of `now`, in microseconds, and the three after it; how many were made. Called by whoever
-- serves, too, who may not make tables itself. A month of which lookup_rest holds rows stays there.
CREATE OR REPLACE FUNCTION lookup_months_make(now BIGINT) RETURNS BIGINT LANGUAGE plpgsql
	SECURITY DEFINER AS
$$ DECLARE
	at CONSTANT TIMESTAMPTZ := to_timestamp(now / 1000000.0);
	starts BIGINT;
	ends BIGINT;
	part TEXT;
	made BIGINT := 0;
BEGIN
	-- Two at the same moment would make the same tables.
	PERFORM pg_advisory_xact_lock(hashtext('lookup_months_make'));
	FOR i IN 0 .. 3 LOOP
		starts := lookup_micros(lookup_month_start(at, i));
		ends := lookup_micros(lookup_month_start(at, i + 1));
		part := to_char(lookup_month_start(at, i) AT TIME ZONE 'UTC', '"lookup_"YYYYMM');
		CONTINUE WHEN to_regclass(part) IS NOT NULL
			OR EXISTS (SELECT 1 FROM lookup_rest WHERE looked_at >= starts AND looked_at < ends);
		BEGIN
			EXECUTE format('CREATE TABLE %I PARTITION OF lookup FOR VALUES FROM (%s) TO (%s)',
				part, starts, ends);
			EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I'
				' FOR EACH STATEMENT EXECUTE FUNCTION append_only()', part);
			made := made + 1;
		EXCEPTION WHEN invalid_object_definition THEN
			NULL; -- lookup_before reaches into this month
		END;
	END LOOP;
	RETURN made;
END $$;

-- It runs as the owner: no table of the caller's session stands before ours.
DO $$ BEGIN
	EXECUTE format('ALTER FUNCTION lookup_months_make(BIGINT) SET search_path = %I, pg_temp',
		current_schema());
END $$;

-- Once: the table that was there becomes the part for all that it holds.
DO $$
DECLARE
	upto BIGINT;
BEGIN
	IF (SELECT relkind FROM pg_class WHERE oid = 'lookup'::regclass) = 'p' THEN
		RETURN;
	END IF;
	ALTER TABLE lookup RENAME TO lookup_before;
	ALTER INDEX lookup_pkey RENAME TO lookup_before_pkey;
	CREATE TABLE lookup (LIKE lookup_before, PRIMARY KEY (person, looked_at, id))
		PARTITION BY RANGE (looked_at);
	CREATE TABLE lookup_rest PARTITION OF lookup DEFAULT;
	CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lookup_rest
		FOR EACH STATEMENT EXECUTE FUNCTION append_only();
	SELECT lookup_micros(lookup_month_start(to_timestamp(max(looked_at) / 1000000.0), 1)) INTO upto
		FROM lookup_before;
	IF upto IS NULL THEN
		DROP TABLE lookup_before;
	ELSE
		EXECUTE format('ALTER TABLE lookup ATTACH PARTITION lookup_before'
			' FOR VALUES FROM (MINVALUE) TO (%s)', upto);
	END IF;
END $$;
CREATE OR REPLACE TRIGGER lookup_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lookup
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
REVOKE EXECUTE ON FUNCTION lookup_months_make(BIGINT) FROM PUBLIC;
SELECT lookup_months_make(lookup_micros(now()));
