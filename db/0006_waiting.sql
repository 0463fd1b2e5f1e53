-- SPDX-License-Identifier: Apache-2.0

-- Refunds and returns in suspense that may fit a payment which comes later, as they were asked;
-- owned by store/waiting.c. Enduring.
CREATE TABLE refund_wait (
	-- whose
	person REF NOT NULL,
	-- the document that brought it
	intake REF NOT NULL,
	-- line of suspense in that document
	line NUMBER NOT NULL CHECK (line >= 0),
	-- contribution month
	month MONTH NOT NULL,
	-- key of the paying document; 0 = not said
	doc REF NOT NULL,
	-- the paying document's reference by whichever bank; empty = not said
	ref LABEL NOT NULL,
	-- the payment line; -1 = not said
	doc_line NUMBER NOT NULL CHECK (doc_line >= -1),
	-- purpose code; 0 = not said
	knp NUMBER NOT NULL,
	-- BIN or IIN of the payer as a number; 0 = not said
	payer NUMBER NOT NULL CHECK (payer >= 0),
	-- the sum
	amount MONEY NOT NULL CHECK (amount > 0),
	-- when it went back
	refunded_on DAY NOT NULL,
	PRIMARY KEY (person, intake, line)
) CLUSTERED;

-- Those of refund_wait that found no payment yet; owned by store/waiting.c. Work list.
CREATE TABLE refund_todo (
	-- whose
	person REF NOT NULL,
	-- the document that brought it
	intake REF NOT NULL,
	-- its line
	line NUMBER NOT NULL CHECK (line >= 0),
	PRIMARY KEY (person, intake, line)
) CLUSTERED;
