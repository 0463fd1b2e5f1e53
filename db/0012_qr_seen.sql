-- SPDX-License-Identifier: Apache-2.0

-- What a bank says of a code that it issued; owned by store/qr_code.c. Work list: it is shown to who
-- waits, and proves nothing.
CREATE TABLE qr_seen (
	-- for which invoice
	invoice REF NOT NULL,
	-- by which bank
	rail LABEL NOT NULL,
	-- which attempt
	attempt NUMBER NOT NULL CHECK (attempt > 0),
	-- 1 taken: the bank says that somebody paid; 2 dead: nobody can pay it any more
	state NUMBER NOT NULL CHECK (state IN (1, 2)),
	-- when it said so first
	seen_at INSTANT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) CLUSTERED;
