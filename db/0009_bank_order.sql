-- SPDX-License-Identifier: Apache-2.0

ALTER TABLE bank_txn RENAME TO bank_txn_before;

-- Payments that banks reported as taken, each once; owned by store/bank.c. Enduring.
-- A bank counts its numbers up: in their order new rows come next to each other.
CREATE TABLE bank_txn (
	-- first 63 bits of SHA-256(bank, the bank's number): the shard key, and the document of its
	-- payment lines
	txn REF NOT NULL,
	-- name of the bank in our address
	bank LABEL NOT NULL,
	-- the bank's number of the transaction, as it came
	ref LABEL NOT NULL,
	-- SHA-256 of what was asked: account and sum
	digest BYTES NOT NULL,
	-- for whom
	person REF NOT NULL,
	-- what the bank took
	amount MONEY NOT NULL CHECK (amount > 0),
	-- of it: on months
	placed MONEY NOT NULL CHECK (placed >= 0),
	-- of it: fits no month, kept
	advance MONEY NOT NULL CHECK (advance >= 0 AND placed + advance = amount),
	-- payment lines
	lines NUMBER NOT NULL CHECK (lines >= 0),
	-- accounting day: the bank's
	day DAY NOT NULL,
	-- the bank's moment: 20260110120133
	bank_time NUMBER NOT NULL,
	-- when it came to us
	taken_at INSTANT NOT NULL,
	-- the answer, byte for byte
	answer BYTES NOT NULL,
	-- unit of the ledger entry that stands for it: payments of one commit share one
	posted REF NOT NULL,
	PRIMARY KEY (bank, ref, txn)
) CLUSTERED;

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
	person REF NOT NULL,
	-- the transaction whose money it is
	txn REF NOT NULL,
	-- what moved it: a later transaction, its cancellation, or a turn of the month
	event REF NOT NULL,
	-- 1 when it came off the months again
	released FLAG NOT NULL CHECK (released IN (0, 1)),
	-- how much
	amount MONEY NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, txn, event, released)
) CLUSTERED;
