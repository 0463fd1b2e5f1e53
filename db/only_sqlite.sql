-- SPDX-License-Identifier: Apache-2.0
-- What only SQLite can say: enduring rows are never changed or deleted. Run after each migration.

CREATE TRIGGER IF NOT EXISTS person_no_update BEFORE UPDATE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER IF NOT EXISTS person_no_delete BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER IF NOT EXISTS person_fact_no_update BEFORE UPDATE ON person_fact
BEGIN SELECT RAISE(ABORT, 'person_fact is append-only'); END;
CREATE TRIGGER IF NOT EXISTS person_fact_no_delete BEFORE DELETE ON person_fact
BEGIN SELECT RAISE(ABORT, 'person_fact is append-only'); END;
CREATE TRIGGER IF NOT EXISTS spell_no_update BEFORE UPDATE ON spell
BEGIN SELECT RAISE(ABORT, 'spell is append-only'); END;
CREATE TRIGGER IF NOT EXISTS spell_no_delete BEFORE DELETE ON spell
BEGIN SELECT RAISE(ABORT, 'spell is append-only'); END;
CREATE TRIGGER IF NOT EXISTS lookup_no_update BEFORE UPDATE ON lookup
BEGIN SELECT RAISE(ABORT, 'lookup is append-only'); END;
CREATE TRIGGER IF NOT EXISTS lookup_no_delete BEFORE DELETE ON lookup
BEGIN SELECT RAISE(ABORT, 'lookup is append-only'); END;
CREATE TRIGGER IF NOT EXISTS payment_no_update BEFORE UPDATE ON payment
BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
CREATE TRIGGER IF NOT EXISTS payment_no_delete BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_no_update BEFORE UPDATE ON refund
BEGIN SELECT RAISE(ABORT, 'refund is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_no_delete BEFORE DELETE ON refund
BEGIN SELECT RAISE(ABORT, 'refund is append-only'); END;
CREATE TRIGGER IF NOT EXISTS suspense_no_update BEFORE UPDATE ON suspense
BEGIN SELECT RAISE(ABORT, 'suspense is append-only'); END;
CREATE TRIGGER IF NOT EXISTS suspense_no_delete BEFORE DELETE ON suspense
BEGIN SELECT RAISE(ABORT, 'suspense is append-only'); END;
CREATE TRIGGER IF NOT EXISTS account_no_update BEFORE UPDATE ON account
BEGIN SELECT RAISE(ABORT, 'account is append-only'); END;
CREATE TRIGGER IF NOT EXISTS account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'account is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER IF NOT EXISTS entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER IF NOT EXISTS transfer_no_update BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer is append-only'); END;
CREATE TRIGGER IF NOT EXISTS transfer_no_delete BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer is append-only'); END;
CREATE TRIGGER IF NOT EXISTS seal_no_update BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS seal_no_delete BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS migration_no_update BEFORE UPDATE ON migration
BEGIN SELECT RAISE(ABORT, 'migration is append-only'); END;
CREATE TRIGGER IF NOT EXISTS migration_no_delete BEFORE DELETE ON migration
BEGIN SELECT RAISE(ABORT, 'migration is append-only'); END;
CREATE TRIGGER IF NOT EXISTS installation_no_update BEFORE UPDATE ON installation
BEGIN SELECT RAISE(ABORT, 'installation is append-only'); END;
CREATE TRIGGER IF NOT EXISTS installation_no_delete BEFORE DELETE ON installation
BEGIN SELECT RAISE(ABORT, 'installation is append-only'); END;
CREATE TRIGGER IF NOT EXISTS intake_no_delete BEFORE DELETE ON intake
BEGIN SELECT RAISE(ABORT, 'a document is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS bank_txn_no_update BEFORE UPDATE ON bank_txn
BEGIN SELECT RAISE(ABORT, 'bank_txn is append-only'); END;
CREATE TRIGGER IF NOT EXISTS bank_txn_no_delete BEFORE DELETE ON bank_txn
BEGIN SELECT RAISE(ABORT, 'bank_txn is append-only'); END;
CREATE TRIGGER IF NOT EXISTS bank_cancel_no_update BEFORE UPDATE ON bank_cancel
BEGIN SELECT RAISE(ABORT, 'bank_cancel is append-only'); END;
CREATE TRIGGER IF NOT EXISTS bank_cancel_no_delete BEFORE DELETE ON bank_cancel
BEGIN SELECT RAISE(ABORT, 'bank_cancel is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_wait_no_update BEFORE UPDATE ON refund_wait
BEGIN SELECT RAISE(ABORT, 'refund_wait is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_wait_no_delete BEFORE DELETE ON refund_wait
BEGIN SELECT RAISE(ABORT, 'refund_wait is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_reason_no_update BEFORE UPDATE ON refund_reason
BEGIN SELECT RAISE(ABORT, 'refund_reason is append-only'); END;
CREATE TRIGGER IF NOT EXISTS refund_reason_no_delete BEFORE DELETE ON refund_reason
BEGIN SELECT RAISE(ABORT, 'refund_reason is append-only'); END;
CREATE TRIGGER IF NOT EXISTS advance_no_update BEFORE UPDATE ON advance
BEGIN SELECT RAISE(ABORT, 'advance is append-only'); END;
CREATE TRIGGER IF NOT EXISTS advance_no_delete BEFORE DELETE ON advance
BEGIN SELECT RAISE(ABORT, 'advance is append-only'); END;
CREATE TRIGGER IF NOT EXISTS advance_used_no_update BEFORE UPDATE ON advance_used
BEGIN SELECT RAISE(ABORT, 'advance_used is append-only'); END;
CREATE TRIGGER IF NOT EXISTS advance_used_no_delete BEFORE DELETE ON advance_used
BEGIN SELECT RAISE(ABORT, 'advance_used is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_no_update BEFORE UPDATE ON invoice
BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_no_delete BEFORE DELETE ON invoice
BEGIN SELECT RAISE(ABORT, 'invoice is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_month_no_update BEFORE UPDATE ON invoice_month
BEGIN SELECT RAISE(ABORT, 'invoice_month is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_month_no_delete BEFORE DELETE ON invoice_month
BEGIN SELECT RAISE(ABORT, 'invoice_month is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_paid_no_update BEFORE UPDATE ON invoice_paid
BEGIN SELECT RAISE(ABORT, 'invoice_paid is append-only'); END;
CREATE TRIGGER IF NOT EXISTS invoice_paid_no_delete BEFORE DELETE ON invoice_paid
BEGIN SELECT RAISE(ABORT, 'invoice_paid is append-only'); END;
CREATE TRIGGER IF NOT EXISTS qr_ask_no_update BEFORE UPDATE ON qr_ask
BEGIN SELECT RAISE(ABORT, 'qr_ask is append-only'); END;
CREATE TRIGGER IF NOT EXISTS qr_ask_no_delete BEFORE DELETE ON qr_ask
BEGIN SELECT RAISE(ABORT, 'qr_ask is append-only'); END;
CREATE TRIGGER IF NOT EXISTS qr_code_no_update BEFORE UPDATE ON qr_code
BEGIN SELECT RAISE(ABORT, 'qr_code is append-only'); END;
CREATE TRIGGER IF NOT EXISTS qr_code_no_delete BEFORE DELETE ON qr_code
BEGIN SELECT RAISE(ABORT, 'qr_code is append-only'); END;
