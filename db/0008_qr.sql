-- SPDX-License-Identifier: Apache-2.0

-- What is to be sent to others and is not done yet; owned by store/outbox.c. Work list.
CREATE TABLE outbox (
	-- what it is about: the shard key
	subject REF NOT NULL,
	-- to whom, and what: "qr.kaspi"
	lane LABEL NOT NULL,
	-- which of the subject's
	part NUMBER NOT NULL,
	-- when it was put here
	made_at INSTANT NOT NULL,
	-- not to be taken before
	due_at INSTANT NOT NULL,
	-- how often it was taken
	tries NUMBER NOT NULL CHECK (tries >= 0),
	PRIMARY KEY (subject, lane, part)
) CLUSTERED;

-- What is due in a lane.
CREATE INDEX outbox_by_due ON outbox (lane, due_at);

-- That a bank was to be asked for a QR code; owned by store/qr_code.c. Enduring.
CREATE TABLE qr_ask (
	-- for which invoice
	invoice REF NOT NULL,
	-- at which bank: "kaspi"
	rail LABEL NOT NULL,
	-- the how manieth of this invoice there, from 1
	attempt NUMBER NOT NULL CHECK (attempt > 0),
	-- when somebody asked
	asked_at INSTANT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) CLUSTERED;

-- QR codes that banks issued; owned by store/qr_code.c. Enduring.
CREATE TABLE qr_code (
	-- for which invoice
	invoice REF NOT NULL,
	-- by which bank
	rail LABEL NOT NULL,
	-- for which attempt
	attempt NUMBER NOT NULL CHECK (attempt > 0),
	-- what the QR code says
	text LABEL NOT NULL,
	-- what opens the bank's app: an address; or empty
	link LABEL NOT NULL,
	-- the bank's own number of it
	ref LABEL NOT NULL,
	-- when it came
	issued_at INSTANT NOT NULL,
	-- until when the bank takes it
	expires_at INSTANT NOT NULL,
	PRIMARY KEY (invoice, rail, attempt)
) CLUSTERED;

-- How it goes with the banks that issue QR codes; owned by store/qr_code.c. Work list.
CREATE TABLE qr_bank (
	-- which
	rail LABEL NOT NULL,
	-- numbers of orders given away so far
	orders NUMBER NOT NULL CHECK (orders >= 0),
	-- it failed and is left alone until then; 0 = it is asked
	rests_until INSTANT NOT NULL,
	PRIMARY KEY (rail)
) CLUSTERED;
