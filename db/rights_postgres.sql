-- SPDX-License-Identifier: Apache-2.0
-- What the role that serves and works may do, on PostgreSQL: enduring rows are read and added. The
-- role is named by the setting db-role; run by each `saqta db migrate`, which runs as the owner.

DO $$
DECLARE
	served text := current_setting('saqta.role');
	t record;
BEGIN
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), served);
	-- The months to come are made by `saqta work`.
	EXECUTE format('GRANT EXECUTE ON FUNCTION lookup_months_make(BIGINT) TO %I', served);
	-- Loads are staged.
	EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), served);
	FOR t IN SELECT * FROM (VALUES
		('migration', 'SELECT'),
		('installation', 'SELECT'),
		('person', 'SELECT, INSERT'),
		('person_fact', 'SELECT, INSERT'),
		('spell', 'SELECT, INSERT'),
		('lookup', 'SELECT, INSERT'),
		('intake', 'SELECT, INSERT, UPDATE'),
		('payment', 'SELECT, INSERT'),
		('refund', 'SELECT, INSERT'),
		('suspense', 'SELECT, INSERT'),
		('refund_wait', 'SELECT, INSERT'),
		('refund_reason', 'SELECT, INSERT'),
		('refund_todo', 'SELECT, INSERT, DELETE'),
		('bank_txn', 'SELECT, INSERT'),
		('bank_cancel', 'SELECT, INSERT'),
		('advance', 'SELECT, INSERT'),
		('advance_used', 'SELECT, INSERT'),
		('invoice', 'SELECT, INSERT'),
		('invoice_month', 'SELECT, INSERT'),
		('invoice_paid', 'SELECT, INSERT'),
		('outbox', 'SELECT, INSERT, UPDATE, DELETE'),
		('qr_ask', 'SELECT, INSERT'),
		('qr_code', 'SELECT, INSERT'),
		('qr_bank', 'SELECT, INSERT, UPDATE'),
		('qr_seen', 'SELECT, INSERT, UPDATE'),
		('month_held', 'SELECT, INSERT'),
		('coverage', 'SELECT, INSERT, UPDATE'),
		('coverage_todo', 'SELECT, INSERT, DELETE'),
		('coverage_touched', 'SELECT, INSERT, UPDATE, DELETE'),
		('account', 'SELECT, INSERT'),
		('entry', 'SELECT, INSERT'),
		('transfer', 'SELECT, INSERT'),
		('seal', 'SELECT, INSERT'),
		('gate', 'SELECT, UPDATE')
	) AS r (name, rights)
	LOOP
		EXECUTE format('REVOKE ALL ON %I FROM %I', t.name, served);
		EXECUTE format('GRANT ' || t.rights || ' ON %I TO %I', t.name, served);
	END LOOP;
END $$;
