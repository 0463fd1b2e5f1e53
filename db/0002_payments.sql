-- SPDX-License-Identifier: Apache-2.0

-- Documents that were taken in, and how far; owned by store/payments.c. Enduring.
CREATE TABLE intake (
	-- first 63 bits of SHA-256(source, ref): the shard key
	intake REF NOT NULL,
	-- where it came from
	source LABEL NOT NULL,
	-- the source's own reference, or the digest in hex
	ref LABEL NOT NULL,
	-- kind of document: INTAKE_* of store/payments.h
	kind NUMBER NOT NULL,
	-- SHA-256 of the content
	digest BYTES NOT NULL,
	-- lines announced, suspense included
	lines NUMBER NOT NULL CHECK (lines >= 0),
	-- sum of these lines
	amount MONEY NOT NULL CHECK (amount >= 0),
	-- lines of finished portions
	lines_done NUMBER NOT NULL CHECK (lines_done >= 0 AND lines_done <= lines),
	-- finished portions
	portions NUMBER NOT NULL CHECK (portions >= 0),
	-- of these lines: written
	lines_new NUMBER NOT NULL CHECK (lines_new >= 0),
	-- their sum
	amount_new MONEY NOT NULL CHECK (amount_new >= 0),
	-- there already from another document
	lines_repeated NUMBER NOT NULL CHECK (lines_repeated >= 0),
	-- their sum
	amount_repeated MONEY NOT NULL CHECK (amount_repeated >= 0),
	-- could not be placed
	lines_suspense NUMBER NOT NULL CHECK (lines_suspense >= 0),
	-- their sum
	amount_suspense MONEY NOT NULL CHECK (amount_suspense >= 0),
	-- 1 when all lines are done
	finished FLAG NOT NULL CHECK (finished IN (0, 1)),
	-- when it was announced
	taken_at INSTANT NOT NULL,
	-- when the latest portion was written
	done_at INSTANT NOT NULL,
	PRIMARY KEY (intake, source, ref)
) CLUSTERED;

-- Freshness: the latest document.
CREATE INDEX intake_by_done_at ON intake (done_at);

-- Payment lines: who, for which month, for what; owned by store/payments.c. Enduring.
CREATE TABLE payment (
	-- contribution month
	month MONTH NOT NULL,
	-- for whom
	person REF NOT NULL,
	-- key of the paying document
	doc REF NOT NULL,
	-- line in it
	line NUMBER NOT NULL CHECK (line >= 0),
	-- the document that brought the line to us
	intake REF NOT NULL,
	-- purpose code: 121, 122 …
	knp NUMBER NOT NULL,
	-- place of the code in the list PAYER of kinds.def
	payer_kind NUMBER NOT NULL CHECK (payer_kind >= 0),
	-- BIN or IIN of the payer as a number; 0 = none
	payer NUMBER NOT NULL CHECK (payer >= 0),
	-- the sum
	amount MONEY NOT NULL CHECK (amount > 0),
	-- when the payer paid
	paid_on DAY NOT NULL,
	-- since when we know it
	known_since DAY NOT NULL,
	PRIMARY KEY (month, person, doc, line)
) CLUSTERED;

-- Sums that went back; owned by store/payments.c. Enduring.
CREATE TABLE refund (
	-- whose
	person REF NOT NULL,
	-- contribution month
	month MONTH NOT NULL,
	-- the document of the payment line
	doc REF NOT NULL,
	-- the payment line
	line NUMBER NOT NULL CHECK (line >= 0),
	-- when it went back
	known_since DAY NOT NULL,
	-- purpose code
	knp NUMBER NOT NULL,
	-- the document that brought the line to us
	intake REF NOT NULL,
	-- the sum
	amount MONEY NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, month, doc, line, known_since, knp)
) CLUSTERED;

-- Lines that could not be placed; owned by store/payments.c. Enduring.
CREATE TABLE suspense (
	-- the document that brought the line to us
	intake REF NOT NULL,
	-- number among the lines of that document that could not be placed, from 0
	place NUMBER NOT NULL CHECK (place >= 0),
	-- key of the paying document; 0 = the same document
	doc REF NOT NULL,
	-- line in it
	line NUMBER NOT NULL CHECK (line >= 0),
	-- public number of the error of errors.def
	reason NUMBER NOT NULL CHECK (reason > 0),
	-- name of the field that is wrong
	field LABEL NOT NULL,
	-- the number as it was given
	given BYTES NOT NULL,
	-- the sum; 0 when it could not be read
	amount MONEY NOT NULL CHECK (amount >= 0),
	-- the line as it came
	source BYTES NOT NULL,
	PRIMARY KEY (intake, place)
) CLUSTERED;

-- Months that have lines, so that a person's history is one short look per month; owned by
-- store/payments.c. Rebuildable.
CREATE TABLE month_held (
	-- contribution month
	month KEY
);

-- Summary of a person: what the decision needs; owned by store/coverage_row.c. Rebuildable.
CREATE TABLE coverage (
	-- whose
	person KEY,
	-- the IIN, compared after each look-up
	iin NUMBER NOT NULL,
	-- built with the facts known on this day
	known DAY NOT NULL,
	-- holds up to this day
	good_until DAY NOT NULL,
	-- first 63 bits of the digest of the law book
	law NUMBER NOT NULL,
	-- coverage_map_write()
	map BYTES NOT NULL
);

-- Months of finished documents whose persons' summaries are behind; owned by
-- store/coverage_row.c. Work list.
CREATE TABLE coverage_todo (
	-- the document
	intake REF NOT NULL,
	-- contribution month of its lines
	month MONTH NOT NULL,
	PRIMARY KEY (intake, month)
) CLUSTERED;

-- Persons whose summary is behind because of a single fact; owned by store/coverage_row.c. Work
-- list.
CREATE TABLE coverage_touched (
	-- who
	person KEY
);
