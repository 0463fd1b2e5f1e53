-- SPDX-License-Identifier: Apache-2.0

-- Persons; owned by store/people.c. Enduring.
CREATE TABLE person (
	-- 63 bits of SipHash(secret, IIN): the shard key
	person KEY,
	-- the IIN as a number (leading zeros left out), compared after each look-up
	iin NUMBER NOT NULL CHECK (iin > 0 AND iin < 1000000000000)
);

-- Facts about persons; a correction is a further row; owned by store/people.c. Enduring.
CREATE TABLE person_fact (
	-- whose
	person REF NOT NULL REFERENCES person (person),
	-- since when we know it; 0 = from the beginning
	known_since DAY NOT NULL,
	-- surname as in the register, may be empty
	surname LABEL NOT NULL,
	-- first name, may be empty
	name LABEL NOT NULL,
	-- patronymic, may be empty
	patronymic LABEL NOT NULL,
	-- birth day; 0 = not known
	born DAY NOT NULL,
	-- place of the code in the list RESIDENCE of kinds.def
	residence NUMBER NOT NULL CHECK (residence >= 0),
	-- first day in the system; 0 = nothing limits it
	in_system_from DAY NOT NULL,
	PRIMARY KEY (person, known_since)
) CLUSTERED;

-- What a person is for a time: work, business, category; owned by store/people.c. Enduring.
CREATE TABLE spell (
	-- whose
	person REF NOT NULL REFERENCES person (person),
	-- place of the code in the list SPELL of kinds.def
	kind NUMBER NOT NULL CHECK (kind >= 0),
	-- category or exempt group; 0 for the other kinds
	detail NUMBER NOT NULL CHECK (detail >= 0),
	-- first day
	from_day DAY NOT NULL,
	-- last day, included; 99991231 while it runs
	to_day DAY NOT NULL CHECK (to_day >= from_day),
	-- BIN or IIN of who must pay, as a number; 0 = none
	payer NUMBER NOT NULL CHECK (payer >= 0),
	-- since when we know it; 0 = from the beginning
	known_since DAY NOT NULL,
	PRIMARY KEY (person, kind, detail, from_day, payer, known_since, to_day)
) CLUSTERED;

-- Who looked at a person's status; owned by store/people.c. Enduring, kept as the law says.
CREATE TABLE lookup (
	-- whose status
	person REF NOT NULL,
	-- when
	looked_at INSTANT NOT NULL,
	-- 16 bytes: number of the answer
	id BYTES NOT NULL,
	-- channel: command line, web, API, widget, work
	channel NUMBER NOT NULL,
	-- role of who asked
	role NUMBER NOT NULL,
	PRIMARY KEY (person, looked_at, id)
) CLUSTERED;
