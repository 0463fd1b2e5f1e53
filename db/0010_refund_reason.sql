-- SPDX-License-Identifier: Apache-2.0

-- Why money of a month went back, as whoever sent it says; owned by store/refund_reason.c.
-- Enduring.
CREATE TABLE refund_reason (
	-- whose
	person REF NOT NULL,
	-- contribution month
	month MONTH NOT NULL,
	-- the document that brought the return
	intake REF NOT NULL,
	-- its line
	line NUMBER NOT NULL CHECK (line >= 0),
	-- when it went back
	refunded_on DAY NOT NULL,
	-- the sum
	amount MONEY NOT NULL CHECK (amount > 0),
	-- the words, at most 200 bytes
	reason LABEL NOT NULL,
	PRIMARY KEY (person, month, intake, line)
) CLUSTERED;
