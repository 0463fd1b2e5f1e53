-- SPDX-License-Identifier: Apache-2.0

-- Accounts: kind, and for some kinds payer kind and purpose; owned by ledger/post.c. Enduring.
CREATE TABLE account (
	-- account_number() of ledger/recipes.h
	account KEY,
	-- ACCOUNT_* of ledger/recipes.h
	kind NUMBER NOT NULL CHECK (kind > 0),
	-- place of the code in the list PAYER of kinds.def; 0 where the kind has none
	payer_kind NUMBER NOT NULL,
	-- purpose code; 0 where the kind has none
	knp NUMBER NOT NULL
);

-- Why money moved: one row for each portion of a document; owned by ledger/post.c. Enduring.
CREATE TABLE entry (
	-- the document or person: the shard key
	unit REF NOT NULL,
	-- number in the unit
	seq NUMBER NOT NULL CHECK (seq >= 0),
	-- when it was posted
	posted_at INSTANT NOT NULL,
	-- civil day in Astana of that moment
	day DAY NOT NULL,
	-- SHA-256 of the law book
	law BYTES NOT NULL,
	-- lines of the sub-ledger that it stands for
	lines NUMBER NOT NULL CHECK (lines >= 0),
	-- sum of their checks, modulo 2^64
	lines_check NUMBER NOT NULL,
	-- transfers that belong to it
	transfers NUMBER NOT NULL CHECK (transfers >= 0),
	PRIMARY KEY (unit, seq)
) CLUSTERED;

-- The daily seal reads by day.
CREATE INDEX entry_by_day ON entry (day);

-- Money from one account to another; owned by ledger/post.c. Enduring.
CREATE TABLE transfer (
	-- the entry …
	unit REF NOT NULL,
	-- … and its number
	seq NUMBER NOT NULL,
	-- place in the entry, from 0
	place NUMBER NOT NULL CHECK (place >= 0),
	-- RECIPE_* of ledger/recipes.h
	recipe NUMBER NOT NULL,
	-- account that is debited
	debit REF NOT NULL,
	-- account that is credited
	credit REF NOT NULL,
	-- how much
	amount MONEY NOT NULL CHECK (amount > 0),
	PRIMARY KEY (unit, seq, place),
	FOREIGN KEY (unit, seq) REFERENCES entry (unit, seq),
	CHECK (debit <> credit)
) CLUSTERED;

-- The chain of seals: one row for each day with entries; owned by ledger/seal.c. Enduring.
CREATE TABLE seal (
	-- the day
	day KEY,
	-- entries of that day
	entries NUMBER NOT NULL CHECK (entries > 0),
	-- SHA-256 over the seal before and these entries
	digest BYTES NOT NULL,
	-- when it was sealed
	sealed_at INSTANT NOT NULL
);
