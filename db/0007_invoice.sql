-- SPDX-License-Identifier: Apache-2.0

-- Invoices that people made to pay months; owned by store/invoice.c. Enduring. What became of one
-- follows from invoice_paid and the time.
CREATE TABLE invoice (
	-- number of eight letters, 40 bits: the shard key
	invoice REF NOT NULL,
	-- for whom
	person REF NOT NULL,
	-- of all months
	amount MONEY NOT NULL CHECK (amount > 0),
	-- months
	months NUMBER NOT NULL CHECK (months > 0),
	-- when it was made
	made_at INSTANT NOT NULL,
	-- until when it may be paid
	expires_at INSTANT NOT NULL CHECK (expires_at > made_at),
	PRIMARY KEY (invoice)
) CLUSTERED;

-- The months of an invoice; owned by store/invoice.c. Enduring.
CREATE TABLE invoice_month (
	-- the invoice
	invoice REF NOT NULL,
	-- 202601
	month MONTH NOT NULL,
	-- as which kind of payer the person pays it
	payer_kind NUMBER NOT NULL,
	-- what it cost when the invoice was made
	amount MONEY NOT NULL CHECK (amount > 0),
	PRIMARY KEY (invoice, month)
) CLUSTERED;

-- Transactions of banks that paid an invoice; owned by store/invoice.c. Enduring.
CREATE TABLE invoice_paid (
	-- the invoice
	invoice REF NOT NULL,
	-- the transaction
	txn REF NOT NULL,
	-- its bank
	bank LABEL NOT NULL,
	-- its number
	ref LABEL NOT NULL,
	PRIMARY KEY (invoice, txn, bank, ref)
) CLUSTERED;
