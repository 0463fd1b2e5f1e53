-- SPDX-License-Identifier: Apache-2.0

-- Steps of this schema that were run; owned by store/migrate.c. Enduring.
CREATE TABLE migration (
	-- number of the step, from its file name
	number INTEGER PRIMARY KEY,
	-- its file name
	name TEXT NOT NULL,
	-- SHA-256 of its text
	digest BLOB NOT NULL,
	-- when it was run
	run_at INT NOT NULL
) STRICT;

-- This installation: one row; owned by store/migrate.c. Enduring.
CREATE TABLE installation (
	-- always 1
	installation INTEGER PRIMARY KEY CHECK (installation = 1),
	-- 16 random bytes: key of person keys and line checks
	secret BLOB NOT NULL,
	-- when the database was made
	created_at INT NOT NULL
) STRICT;
-- SPDX-License-Identifier: Apache-2.0

-- Persons; owned by store/people.c. Enduring.
CREATE TABLE person (
	-- 63 bits of SipHash(secret, IIN): the shard key
	person INTEGER PRIMARY KEY,
	-- the IIN as a number (leading zeros left out), compared after each look-up
	iin INT NOT NULL CHECK (iin > 0 AND iin < 1000000000000)
) STRICT;

-- Facts about persons; a correction is a further row; owned by store/people.c. Enduring.
CREATE TABLE person_fact (
	-- whose
	person INT NOT NULL REFERENCES person (person),
	-- since when we know it; 0 = from the beginning
	known_since INT NOT NULL,
	-- surname as in the register, may be empty
	surname TEXT NOT NULL,
	-- first name, may be empty
	name TEXT NOT NULL,
	-- patronymic, may be empty
	patronymic TEXT NOT NULL,
	-- birth day; 0 = not known
	born INT NOT NULL,
	-- place of the code in the list RESIDENCE of kinds.def
	residence INT NOT NULL CHECK (residence >= 0),
	-- first day in the system; 0 = nothing limits it
	in_system_from INT NOT NULL,
	PRIMARY KEY (person, known_since)
) STRICT, WITHOUT ROWID;

-- What a person is for a time: work, business, category; owned by store/people.c. Enduring.
CREATE TABLE spell (
	-- whose
	person INT NOT NULL REFERENCES person (person),
	-- place of the code in the list SPELL of kinds.def
	kind INT NOT NULL CHECK (kind >= 0),
	-- category or exempt group; 0 for the other kinds
	detail INT NOT NULL CHECK (detail >= 0),
	-- first day
	from_day INT NOT NULL,
	-- last day, included; 99991231 while it runs
	to_day INT NOT NULL CHECK (to_day >= from_day),
	-- BIN or IIN of who must pay, as a number; 0 = none
	payer INT NOT NULL CHECK (payer >= 0),
	-- since when we know it; 0 = from the beginning
	known_since INT NOT NULL,
	PRIMARY KEY (person, kind, detail, from_day, payer, known_since, to_day)
) STRICT, WITHOUT ROWID;

-- Who looked at a person's status; owned by store/people.c. Enduring, kept as the law says.
CREATE TABLE lookup (
	-- whose status
	person INT NOT NULL,
	-- when
	looked_at INT NOT NULL,
	-- 16 bytes: number of the answer
	id BLOB NOT NULL,
	-- channel: command line, web, API, widget, work
	channel INT NOT NULL,
	-- role of who asked
	role INT NOT NULL,
	PRIMARY KEY (person, looked_at, id)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- Documents that were taken in, and how far; owned by store/payments.c. Enduring.
CREATE TABLE intake (
	-- first 63 bits of SHA-256(source, ref): the shard key
	intake INT NOT NULL,
	-- where it came from
	source TEXT NOT NULL,
	-- the source's own reference, or the digest in hex
	ref TEXT NOT NULL,
	-- kind of document: INTAKE_* of store/payments.h
	kind INT NOT NULL,
	-- SHA-256 of the content
	digest BLOB NOT NULL,
	-- lines announced, suspense included
	lines INT NOT NULL CHECK (lines >= 0),
	-- sum of these lines
	amount INT NOT NULL CHECK (amount >= 0),
	-- lines of finished portions
	lines_done INT NOT NULL CHECK (lines_done >= 0 AND lines_done <= lines),
	-- finished portions
	portions INT NOT NULL CHECK (portions >= 0),
	-- of these lines: written
	lines_new INT NOT NULL CHECK (lines_new >= 0),
	-- their sum
	amount_new INT NOT NULL CHECK (amount_new >= 0),
	-- there already from another document
	lines_repeated INT NOT NULL CHECK (lines_repeated >= 0),
	-- their sum
	amount_repeated INT NOT NULL CHECK (amount_repeated >= 0),
	-- could not be placed
	lines_suspense INT NOT NULL CHECK (lines_suspense >= 0),
	-- their sum
	amount_suspense INT NOT NULL CHECK (amount_suspense >= 0),
	-- 1 when all lines are done
	finished INT NOT NULL CHECK (finished IN (0, 1)),
	-- when it was announced
	taken_at INT NOT NULL,
	-- when the latest portion was written
	done_at INT NOT NULL,
	PRIMARY KEY (intake, source, ref)
) STRICT, WITHOUT ROWID;

-- Freshness: the latest document.
CREATE INDEX intake_by_done_at ON intake (done_at);

-- Payment lines: who, for which month, for what; owned by store/payments.c. Enduring.
CREATE TABLE payment (
	-- contribution month
	month INT NOT NULL,
	-- for whom
	person INT NOT NULL,
	-- key of the paying document
	doc INT NOT NULL,
	-- line in it
	line INT NOT NULL CHECK (line >= 0),
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- purpose code: 121, 122 …
	knp INT NOT NULL,
	-- place of the code in the list PAYER of kinds.def
	payer_kind INT NOT NULL CHECK (payer_kind >= 0),
	-- BIN or IIN of the payer as a number; 0 = none
	payer INT NOT NULL CHECK (payer >= 0),
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	-- when the payer paid
	paid_on INT NOT NULL,
	-- since when we know it
	known_since INT NOT NULL,
	PRIMARY KEY (month, person, doc, line)
) STRICT, WITHOUT ROWID;

-- Sums that went back; owned by store/payments.c. Enduring.
CREATE TABLE refund (
	-- whose
	person INT NOT NULL,
	-- contribution month
	month INT NOT NULL,
	-- the document of the payment line
	doc INT NOT NULL,
	-- the payment line
	line INT NOT NULL CHECK (line >= 0),
	-- when it went back
	known_since INT NOT NULL,
	-- purpose code
	knp INT NOT NULL,
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, month, doc, line, known_since, knp)
) STRICT, WITHOUT ROWID;

-- Lines that could not be placed; owned by store/payments.c. Enduring.
CREATE TABLE suspense (
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- number among the lines of that document that could not be placed, from 0
	place INT NOT NULL CHECK (place >= 0),
	-- key of the paying document; 0 = the same document
	doc INT NOT NULL,
	-- line in it
	line INT NOT NULL CHECK (line >= 0),
	-- public number of the error of errors.def
	reason INT NOT NULL CHECK (reason > 0),
	-- name of the field that is wrong
	field TEXT NOT NULL,
	-- the number as it was given
	given BLOB NOT NULL,
	-- the sum; 0 when it could not be read
	amount INT NOT NULL CHECK (amount >= 0),
	-- the line as it came
	source BLOB NOT NULL,
	PRIMARY KEY (intake, place)
) STRICT, WITHOUT ROWID;

-- Months that have lines, so that a person's history is one short look per month; owned by
-- store/payments.c. Rebuildable.
CREATE TABLE month_held (
	-- contribution month
	month INTEGER PRIMARY KEY
) STRICT;

-- Summary of a person: what the decision needs; owned by store/coverage_row.c. Rebuildable.
CREATE TABLE coverage (
	-- whose
	person INTEGER PRIMARY KEY,
	-- the IIN, compared after each look-up
	iin INT NOT NULL,
	-- built with the facts known on this day
	known INT NOT NULL,
	-- holds up to this day
	good_until INT NOT NULL,
	-- first 63 bits of the digest of the law book
	law INT NOT NULL,
	-- coverage_map_write()
	map BLOB NOT NULL
) STRICT;

-- Months of finished documents whose persons' summaries are behind; owned by
-- store/coverage_row.c. Work list.
CREATE TABLE coverage_todo (
	-- the document
	intake INT NOT NULL,
	-- contribution month of its lines
	month INT NOT NULL,
	PRIMARY KEY (intake, month)
) STRICT, WITHOUT ROWID;

-- Persons whose summary is behind because of a single fact; owned by store/coverage_row.c. Work
-- list.
CREATE TABLE coverage_touched (
	-- who
	person INTEGER PRIMARY KEY
) STRICT;
-- SPDX-License-Identifier: Apache-2.0

-- Accounts: kind, and for some kinds payer kind and purpose; owned by ledger/post.c. Enduring.
CREATE TABLE account (
	-- account_number() of ledger/recipes.h
	account INTEGER PRIMARY KEY,
	-- ACCOUNT_* of ledger/recipes.h
	kind INT NOT NULL CHECK (kind > 0),
	-- place of the code in the list PAYER of kinds.def; 0 where the kind has none
	payer_kind INT NOT NULL,
	-- purpose code; 0 where the kind has none
	knp INT NOT NULL
) STRICT;

-- Why money moved: one row for each portion of a document; owned by ledger/post.c. Enduring.
CREATE TABLE entry (
	-- the document or person: the shard key
	unit INT NOT NULL,
	-- number in the unit
	seq INT NOT NULL CHECK (seq >= 0),
	-- when it was posted
	posted_at INT NOT NULL,
	-- civil day in Astana of that moment
	day INT NOT NULL,
	-- SHA-256 of the law book
	law BLOB NOT NULL,
	-- lines of the sub-ledger that it stands for
	lines INT NOT NULL CHECK (lines >= 0),
	-- sum of their checks, modulo 2^64
	lines_check INT NOT NULL,
	-- transfers that belong to it
	transfers INT NOT NULL CHECK (transfers >= 0),
	PRIMARY KEY (unit, seq)
) STRICT, WITHOUT ROWID;

-- The daily seal reads by day.
CREATE INDEX entry_by_day ON entry (day);

-- Money from one account to another; owned by ledger/post.c. Enduring.
CREATE TABLE transfer (
	-- the entry …
	unit INT NOT NULL,
	-- … and its number
	seq INT NOT NULL,
	-- place in the entry, from 0
	place INT NOT NULL CHECK (place >= 0),
	-- RECIPE_* of ledger/recipes.h
	recipe INT NOT NULL,
	-- account that is debited
	debit INT NOT NULL,
	-- account that is credited
	credit INT NOT NULL,
	-- how much
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (unit, seq, place),
	FOREIGN KEY (unit, seq) REFERENCES entry (unit, seq),
	CHECK (debit <> credit)
) STRICT, WITHOUT ROWID;

-- The chain of seals: one row for each day with entries; owned by ledger/seal.c. Enduring.
CREATE TABLE seal (
	-- the day
	day INTEGER PRIMARY KEY,
	-- entries of that day
	entries INT NOT NULL CHECK (entries > 0),
	-- SHA-256 over the seal before and these entries
	digest BLOB NOT NULL,
	-- when it was sealed
	sealed_at INT NOT NULL
) STRICT;
-- SPDX-License-Identifier: Apache-2.0

-- Rows that say nothing and are only locked, where several may write at once; owned by
-- store/lock.c. Rebuildable.
CREATE TABLE gate (
	-- 1 = entries: shared by whoever posts one, alone for the seal
	gate INTEGER PRIMARY KEY
) STRICT;

INSERT INTO gate (gate) VALUES (1);
-- SPDX-License-Identifier: Apache-2.0

-- Payments that banks reported as taken, each once; owned by store/bank.c. Enduring.
CREATE TABLE bank_txn (
	-- first 63 bits of SHA-256(bank, the bank's number): the shard key, and the document of its
	-- payment lines
	txn INT NOT NULL,
	-- name of the bank in our address
	bank TEXT NOT NULL,
	-- the bank's number of the transaction, as it came
	ref TEXT NOT NULL,
	-- SHA-256 of what was asked: account and sum
	digest BLOB NOT NULL,
	-- for whom
	person INT NOT NULL,
	-- what the bank took
	amount INT NOT NULL CHECK (amount > 0),
	-- of it: on months
	placed INT NOT NULL CHECK (placed >= 0),
	-- of it: fits no month, kept
	advance INT NOT NULL CHECK (advance >= 0 AND placed + advance = amount),
	-- payment lines
	lines INT NOT NULL CHECK (lines >= 0),
	-- accounting day: the bank's
	day INT NOT NULL,
	-- the bank's moment: 20260110120133
	bank_time INT NOT NULL,
	-- when it came to us
	taken_at INT NOT NULL,
	-- the answer, byte for byte
	answer BLOB NOT NULL,
	PRIMARY KEY (txn, bank, ref)
) STRICT, WITHOUT ROWID;

-- A day's payments of one bank, to compare with its register.
CREATE INDEX bank_txn_by_day ON bank_txn (bank, day);

-- Transactions that the bank took back; owned by store/bank.c. Enduring.
CREATE TABLE bank_cancel (
	-- the transaction
	txn INT NOT NULL,
	-- its bank
	bank TEXT NOT NULL,
	-- its number
	ref TEXT NOT NULL,
	-- when
	cancelled_at INT NOT NULL,
	-- the answer, byte for byte
	answer BLOB NOT NULL,
	PRIMARY KEY (txn, bank, ref)
) STRICT, WITHOUT ROWID;

-- What of a person's payments fits no month; owned by store/bank.c. Enduring.
CREATE TABLE advance (
	-- whose
	person INT NOT NULL,
	-- the transaction that brought it
	txn INT NOT NULL,
	-- 1 when it was taken back
	returned INT NOT NULL CHECK (returned IN (0, 1)),
	-- how much
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, txn, returned)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- Refunds and returns in suspense that may fit a payment which comes later, as they were asked;
-- owned by store/waiting.c. Enduring.
CREATE TABLE refund_wait (
	-- whose
	person INT NOT NULL,
	-- the document that brought it
	intake INT NOT NULL,
	-- line of suspense in that document
	line INT NOT NULL CHECK (line >= 0),
	-- contribution month
	month INT NOT NULL,
	-- key of the paying document; 0 = not said
	doc INT NOT NULL,
	-- the paying document's reference by whichever bank; empty = not said
	ref TEXT NOT NULL,
	-- the payment line; -1 = not said
	doc_line INT NOT NULL CHECK (doc_line >= -1),
	-- purpose code; 0 = not said
	knp INT NOT NULL,
	-- BIN or IIN of the payer as a number; 0 = not said
	payer INT NOT NULL CHECK (payer >= 0),
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	-- when it went back
	refunded_on INT NOT NULL,
	PRIMARY KEY (person, intake, line)
) STRICT, WITHOUT ROWID;

-- Those of refund_wait that found no payment yet; owned by store/waiting.c. Work list.
CREATE TABLE refund_todo (
	-- whose
	person INT NOT NULL,
	-- the document that brought it
	intake INT NOT NULL,
	-- its line
	line INT NOT NULL CHECK (line >= 0),
	PRIMARY KEY (person, intake, line)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- Invoices that people made to pay months; owned by store/invoice.c. Enduring. What became of one
-- follows from invoice_paid and the time.
CREATE TABLE invoice (
	-- number of eight letters, 40 bits: the shard key
	invoice INT NOT NULL,
	-- for whom
	person INT NOT NULL,
	-- of all months
	amount INT NOT NULL CHECK (amount > 0),
	-- months
	months INT NOT NULL CHECK (months > 0),
	-- when it was made
	made_at INT NOT NULL,
	-- until when it may be paid
	expires_at INT NOT NULL CHECK (expires_at > made_at),
	PRIMARY KEY (invoice)
) STRICT, WITHOUT ROWID;

-- The months of an invoice; owned by store/invoice.c. Enduring.
CREATE TABLE invoice_month (
	-- the invoice
	invoice INT NOT NULL,
	-- 202601
	month INT NOT NULL,
	-- as which kind of payer the person pays it
	payer_kind INT NOT NULL,
	-- what it cost when the invoice was made
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (invoice, month)
) STRICT, WITHOUT ROWID;

-- Transactions of banks that paid an invoice; owned by store/invoice.c. Enduring.
CREATE TABLE invoice_paid (
	-- the invoice
	invoice INT NOT NULL,
	-- the transaction
	txn INT NOT NULL,
	-- its bank
	bank TEXT NOT NULL,
	-- its number
	ref TEXT NOT NULL,
	PRIMARY KEY (invoice, txn, bank, ref)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- What is to be sent to others and is not done yet; owned by store/outbox.c. Work list.
CREATE TABLE outbox (
	-- what it is about: the shard key
	subject INT NOT NULL,
	-- to whom, and what: "qr.kaspi"
	lane TEXT NOT NULL,
	-- which of the subject's
	part INT NOT NULL,
	-- when it was put here
	made_at INT NOT NULL,
	-- not to be taken before
	due_at INT NOT NULL,
	-- how often it was taken
	tries INT NOT NULL CHECK (tries >= 0),
	PRIMARY KEY (subject, lane, part)
) STRICT, WITHOUT ROWID;

-- What is due in a lane.
CREATE INDEX outbox_by_due ON outbox (lane, due_at);

-- That a bank was to be asked for a QR code; owned by store/qr_code.c. Enduring.
CREATE TABLE qr_ask (
	-- for which invoice
	invoice INT NOT NULL,
	-- at which bank: "kaspi"
	rail TEXT NOT NULL,
	-- the how manieth of this invoice there, from 1
	attempt INT NOT NULL CHECK (attempt > 0),
	-- when somebody asked
	asked_at INT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) STRICT, WITHOUT ROWID;

-- QR codes that banks issued; owned by store/qr_code.c. Enduring.
CREATE TABLE qr_code (
	-- for which invoice
	invoice INT NOT NULL,
	-- by which bank
	rail TEXT NOT NULL,
	-- for which attempt
	attempt INT NOT NULL CHECK (attempt > 0),
	-- what the QR code says
	text TEXT NOT NULL,
	-- what opens the bank's app: an address; or empty
	link TEXT NOT NULL,
	-- the bank's own number of it
	ref TEXT NOT NULL,
	-- when it came
	issued_at INT NOT NULL,
	-- until when the bank takes it
	expires_at INT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) STRICT, WITHOUT ROWID;

-- How it goes with the banks that issue QR codes; owned by store/qr_code.c. Work list.
CREATE TABLE qr_bank (
	-- which
	rail TEXT NOT NULL,
	-- numbers of orders given away so far
	orders INT NOT NULL CHECK (orders >= 0),
	-- it failed and is left alone until then; 0 = it is asked
	rests_until INT NOT NULL,
	PRIMARY KEY (rail)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE bank_txn RENAME TO bank_txn_before;

-- Payments that banks reported as taken, each once; owned by store/bank.c. Enduring.
-- A bank counts its numbers up: in their order new rows come next to each other.
CREATE TABLE bank_txn (
	-- first 63 bits of SHA-256(bank, the bank's number): the shard key, and the document of its
	-- payment lines
	txn INT NOT NULL,
	-- name of the bank in our address
	bank TEXT NOT NULL,
	-- the bank's number of the transaction, as it came
	ref TEXT NOT NULL,
	-- SHA-256 of what was asked: account and sum
	digest BLOB NOT NULL,
	-- for whom
	person INT NOT NULL,
	-- what the bank took
	amount INT NOT NULL CHECK (amount > 0),
	-- of it: on months
	placed INT NOT NULL CHECK (placed >= 0),
	-- of it: fits no month, kept
	advance INT NOT NULL CHECK (advance >= 0 AND placed + advance = amount),
	-- payment lines
	lines INT NOT NULL CHECK (lines >= 0),
	-- accounting day: the bank's
	day INT NOT NULL,
	-- the bank's moment: 20260110120133
	bank_time INT NOT NULL,
	-- when it came to us
	taken_at INT NOT NULL,
	-- the answer, byte for byte
	answer BLOB NOT NULL,
	-- unit of the ledger entry that stands for it: payments of one commit share one
	posted INT NOT NULL,
	PRIMARY KEY (bank, ref, txn)
) STRICT, WITHOUT ROWID;

INSERT INTO bank_txn (txn, bank, ref, digest, person, amount, placed, advance, lines, day,
	bank_time, taken_at, answer, posted)
	SELECT txn, bank, ref, digest, person, amount, placed, advance, lines, day, bank_time,
	taken_at, answer, txn FROM bank_txn_before;
DROP TABLE bank_txn_before;

-- A day's payments, to compare with a bank's register. The day alone: SQLite has the key behind it, and an
-- index with the bank could be taken for the key while the table is empty.
CREATE INDEX bank_txn_by_day ON bank_txn (day);

-- Money of advances that came onto months after all, and off them again; owned by store/bank.c.
-- Enduring.
CREATE TABLE advance_used (
	-- whose
	person INT NOT NULL,
	-- the transaction whose money it is
	txn INT NOT NULL,
	-- what moved it: a later transaction, its cancellation, or a turn of the month
	event INT NOT NULL,
	-- 1 when it came off the months again
	released INT NOT NULL CHECK (released IN (0, 1)),
	-- how much
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, txn, event, released)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- Why money of a month went back, as whoever sent it says; owned by store/refund_reason.c.
-- Enduring.
CREATE TABLE refund_reason (
	-- whose
	person INT NOT NULL,
	-- contribution month
	month INT NOT NULL,
	-- the document that brought the return
	intake INT NOT NULL,
	-- its line
	line INT NOT NULL CHECK (line >= 0),
	-- when it went back
	refunded_on INT NOT NULL,
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	-- the words, at most 200 bytes
	reason TEXT NOT NULL,
	PRIMARY KEY (person, month, intake, line)
) STRICT, WITHOUT ROWID;
-- SPDX-License-Identifier: Apache-2.0

-- No table changes. What each engine says alone does (only_sqlite.sql, only_postgres.sql), and that is
-- run again with the last step.
SELECT 1;
-- SPDX-License-Identifier: Apache-2.0

-- What a bank says of a code that it issued; owned by store/qr_code.c. Work list: it is shown to who
-- waits, and proves nothing.
CREATE TABLE qr_seen (
	-- for which invoice
	invoice INT NOT NULL,
	-- by which bank
	rail TEXT NOT NULL,
	-- which attempt
	attempt INT NOT NULL CHECK (attempt > 0),
	-- 1 taken: the bank says that somebody paid; 2 dead: nobody can pay it any more
	state INT NOT NULL CHECK (state IN (1, 2)),
	-- when it said so first
	seen_at INT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) STRICT, WITHOUT ROWID;
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
