-- SPDX-License-Identifier: Apache-2.0

-- Payments that banks reported as taken, each once; owned by store/bank.c. Enduring.
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
	PRIMARY KEY (txn, bank, ref)
) CLUSTERED;

-- A day's payments of one bank, to compare with its register.
CREATE INDEX bank_txn_by_day ON bank_txn (bank, day);

-- Transactions that the bank took back; owned by store/bank.c. Enduring.
CREATE TABLE bank_cancel (
	-- the transaction
	txn REF NOT NULL,
	-- its bank
	bank LABEL NOT NULL,
	-- its number
	ref LABEL NOT NULL,
	-- when
	cancelled_at INSTANT NOT NULL,
	-- the answer, byte for byte
	answer BYTES NOT NULL,
	PRIMARY KEY (txn, bank, ref)
) CLUSTERED;

-- What of a person's payments fits no month; owned by store/bank.c. Enduring.
CREATE TABLE advance (
	-- whose
	person REF NOT NULL,
	-- the transaction that brought it
	txn REF NOT NULL,
	-- 1 when it was taken back
	returned FLAG NOT NULL CHECK (returned IN (0, 1)),
	-- how much
	amount MONEY NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, txn, returned)
) CLUSTERED;
