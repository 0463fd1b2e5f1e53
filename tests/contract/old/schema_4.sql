-- SPDX-License-Identifier: Apache-2.0
-- A database of the first release (schema 4) as text. Its persons are those of examples: they are nobody. Registers of
-- people, spells, payments and refunds, a bank's list and its return, lines in suspense, a sealed day, who looked.
BEGIN TRANSACTION;
CREATE TABLE account (
	-- account_number() of ledger/recipes.h
	account INTEGER PRIMARY KEY,
	-- ACCOUNT_* of ledger/recipes.h
	kind INT NOT NULL CHECK (kind > 0),
	-- place of the code in the list PAYER of kinds.def; 0 where the kind has none
	payer_kind INT NOT NULL,
	-- purpose code; 0 where the kind has none
	knp INT NOT NULL
) STRICT;
INSERT INTO "account" VALUES(1000000,1,0,0);
INSERT INTO "account" VALUES(2001121,2,0,121);
INSERT INTO "account" VALUES(2001122,2,0,122);
INSERT INTO "account" VALUES(3000000,3,0,0);
INSERT INTO "account" VALUES(4000000,4,0,0);
CREATE TABLE coverage (
	-- whose
	person INTEGER PRIMARY KEY,
	-- the IIN, compared after each look-up
	iin INT NOT NULL,
	-- built with the facts known on this day
	known INT NOT NULL,
	-- holds up to this day
	good_until INT NOT NULL,
	-- first 63 bits of the digest of the law book
	law INT NOT NULL,
	-- coverage_map_write()
	map BLOB NOT NULL
) STRICT;
INSERT INTO "coverage" VALUES(918161136036356832,500101200017,20260301,99991231,1802247719145766081,X'0101000124DC02000168980200000000000000000001AC02DD180000');
INSERT INTO "coverage" VALUES(4115814984672958671,850515400002,20260301,99991231,1802247719145766081,X'01016B016B950200000000000000000000016B010000');
INSERT INTO "coverage" VALUES(5916035572261832092,500101100010,20260301,99991231,1802247719145766081,X'0101240124DC02016A03000000000160A00200000000016A0100030D6A02A0C21E620C02C0CF24020401A0F736');
INSERT INTO "coverage" VALUES(8071078080335927976,900101300007,20260301,99991231,1802247719145766081,X'01016B016B9502016B010000000000000000000000010D6B02A8F81950');
CREATE TABLE coverage_todo (
	-- the document
	intake INT NOT NULL,
	-- contribution month of its lines
	month INT NOT NULL,
	PRIMARY KEY (intake, month)
) STRICT, WITHOUT ROWID;
CREATE TABLE coverage_touched (
	-- who
	person INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE entry (
	-- the document or person: the shard key
	unit INT NOT NULL,
	-- number in the unit
	seq INT NOT NULL CHECK (seq >= 0),
	-- when it was posted
	posted_at INT NOT NULL,
	-- civil day in Astana of that moment
	day INT NOT NULL,
	-- SHA-256 of the law book
	law BLOB NOT NULL,
	-- lines of the sub-ledger that it stands for
	lines INT NOT NULL CHECK (lines >= 0),
	-- sum of their checks, modulo 2^64
	lines_check INT NOT NULL,
	-- transfers that belong to it
	transfers INT NOT NULL CHECK (transfers >= 0),
	PRIMARY KEY (unit, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "entry" VALUES(435597783574902901,0,1772359200000000,20260301,X'3205BD80F1E1F982FC36A4DD86E59B1A923608279DC3BAEADEB64A99C1DFDFB2',2,-3203299893855481872,1);
INSERT INTO "entry" VALUES(1226379080174266214,0,1772359200000000,20260301,X'3205BD80F1E1F982FC36A4DD86E59B1A923608279DC3BAEADEB64A99C1DFDFB2',2,-6359159355758084618,2);
INSERT INTO "entry" VALUES(2463184289877430758,0,1772359200000000,20260301,X'3205BD80F1E1F982FC36A4DD86E59B1A923608279DC3BAEADEB64A99C1DFDFB2',1,8240363825067279249,2);
INSERT INTO "entry" VALUES(5763450599841066148,0,1772359200000000,20260301,X'3205BD80F1E1F982FC36A4DD86E59B1A923608279DC3BAEADEB64A99C1DFDFB2',4,2934156100960690841,3);
CREATE TABLE gate (
	-- 1 = entries: shared by whoever posts one, alone for the seal
	gate INTEGER PRIMARY KEY
) STRICT;
INSERT INTO "gate" VALUES(1);
CREATE TABLE installation (
	-- always 1
	installation INTEGER PRIMARY KEY CHECK (installation = 1),
	-- 16 random bytes: key of person keys and line checks
	secret BLOB NOT NULL,
	-- when the database was made
	created_at INT NOT NULL
) STRICT;
INSERT INTO "installation" VALUES(1,X'61566A5A4D546C88CE33C66A847DCAE4',1772359200000000);
CREATE TABLE intake (
	-- first 63 bits of SHA-256(source, ref): the shard key
	intake INT NOT NULL,
	-- where it came from
	source TEXT NOT NULL,
	-- the source's own reference, or the digest in hex
	ref TEXT NOT NULL,
	-- kind of document: INTAKE_* of store/payments.h
	kind INT NOT NULL,
	-- SHA-256 of the content
	digest BLOB NOT NULL,
	-- lines announced, suspense included
	lines INT NOT NULL CHECK (lines >= 0),
	-- sum of these lines
	amount INT NOT NULL CHECK (amount >= 0),
	-- lines of finished portions
	lines_done INT NOT NULL CHECK (lines_done >= 0 AND lines_done <= lines),
	-- finished portions
	portions INT NOT NULL CHECK (portions >= 0),
	-- of these lines: written
	lines_new INT NOT NULL CHECK (lines_new >= 0),
	-- their sum
	amount_new INT NOT NULL CHECK (amount_new >= 0),
	-- there already from another document
	lines_repeated INT NOT NULL CHECK (lines_repeated >= 0),
	-- their sum
	amount_repeated INT NOT NULL CHECK (amount_repeated >= 0),
	-- could not be placed
	lines_suspense INT NOT NULL CHECK (lines_suspense >= 0),
	-- their sum
	amount_suspense INT NOT NULL CHECK (amount_suspense >= 0),
	-- 1 when all lines are done
	finished INT NOT NULL CHECK (finished IN (0, 1)),
	-- when it was announced
	taken_at INT NOT NULL,
	-- when the latest portion was written
	done_at INT NOT NULL,
	PRIMARY KEY (intake, source, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO "intake" VALUES(413322224951635205,'csv','accf7fc831e2e991338a7492d4f9685cc8e03d8ae62816a6bd31a5464a0f95c7',4,X'ACCF7FC831E2E991338A7492D4F9685CC8E03D8AE62816A6BD31A5464A0F95C7',2,0,2,1,2,0,0,0,0,0,1,1772359200000000,1772359200000000);
INSERT INTO "intake" VALUES(435597783574902901,'mt102:HSBKKZKX','OSMS2601100017',1,X'7F23BE6359224065C1D4BCD75A3137DDFA0971808C91BDB5E7BE4D3A1ED5AE97',2,815050,2,1,2,815050,0,0,0,0,1,1772359200000000,1772359200000000);
INSERT INTO "intake" VALUES(1226379080174266214,'csv','77090d4012581e177c23ac04c82acccd17f6f97b94902629eb2f73fc4063ef00',3,X'77090D4012581E177C23AC04C82ACCCD17F6F97B94902629EB2F73FC4063EF00',2,200000,2,1,1,100000,0,0,1,0,1,1772359200000000,1772359200000000);
INSERT INTO "intake" VALUES(2248451036332268205,'csv','5cf670b77aa14697ce53dbfcbb3aca223bcbc2869290e7bec2d3e07a49af8349',5,X'5CF670B77AA14697CE53DBFCBB3ACA223BCBC2869290E7BEC2D3E07A49AF8349',2,0,2,1,2,0,0,0,0,0,1,1772359200000000,1772359200000000);
INSERT INTO "intake" VALUES(2463184289877430758,'mt102:GCVPKZ2A','GCVP-00000000017',7,X'831C189CDF4A1807909DBCB0EEC00B669EFF9E48EF51DB33B4BA5F50561BCC97',1,390050,1,1,1,390050,0,0,0,0,1,1772359200000000,1772359200000000);
INSERT INTO "intake" VALUES(5763450599841066148,'csv','6cfa24f4b6c57235ecd94b1194c9b11ed0360df456b38cb8c9fc86132f1289c0',2,X'6CFA24F4B6C57235ECD94B1194C9B11ED0360DF456B38CB8C9FC86132F1289C0',4,3000000,4,1,3,2100000,0,0,1,900000,1,1772359200000000,1772359200000000);
CREATE TABLE lookup (
	-- whose status
	person INT NOT NULL,
	-- when
	looked_at INT NOT NULL,
	-- 16 bytes: number of the answer
	id BLOB NOT NULL,
	-- channel: command line, web, API, widget, work
	channel INT NOT NULL,
	-- role of who asked
	role INT NOT NULL,
	PRIMARY KEY (person, looked_at, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "lookup" VALUES(918161136036356832,1769680800000000,X'100102030405060708090A0B0C0D0E0F',2,0);
INSERT INTO "lookup" VALUES(5916035572261832092,1772359200000000,X'000102030405060708090A0B0C0D0E0F',1,0);
CREATE TABLE migration (
	-- number of the step, from its file name
	number INTEGER PRIMARY KEY,
	-- its file name
	name TEXT NOT NULL,
	-- SHA-256 of its text
	digest BLOB NOT NULL,
	-- when it was run
	run_at INT NOT NULL
) STRICT;
INSERT INTO "migration" VALUES(0,'0000_migration.sql',X'32F0ED436438BF7334B7843EE6F95B7360BB33700A41FDAE9E06749395487349',1772359200000000);
INSERT INTO "migration" VALUES(1,'0001_people.sql',X'FB8C4537361A4C569C2945831C87F0BF00897156B0BCDB9F3E3D8646DD9E6D3A',1772359200000000);
INSERT INTO "migration" VALUES(2,'0002_payments.sql',X'D83551DA5090D58F33D21CBBE0E6F38DE4953E4038372DEE27C84329B232BD38',1772359200000000);
INSERT INTO "migration" VALUES(3,'0003_ledger.sql',X'F55BC9CB9926D52F04ABA6BDAA8781E2C76DA9D6BF50E261AF87AEAB65F36717',1772359200000000);
INSERT INTO "migration" VALUES(4,'0004_gate.sql',X'E86460510545B2B8CD35D34D67D86A621E13186A9EF3C78E99321DCFD1E07F51',1772359200000000);
CREATE TABLE month_held (
	-- contribution month
	month INTEGER PRIMARY KEY
) STRICT;
INSERT INTO "month_held" VALUES(202511);
INSERT INTO "month_held" VALUES(202512);
INSERT INTO "month_held" VALUES(202601);
CREATE TABLE payment (
	-- contribution month
	month INT NOT NULL,
	-- for whom
	person INT NOT NULL,
	-- key of the paying document
	doc INT NOT NULL,
	-- line in it
	line INT NOT NULL CHECK (line >= 0),
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- purpose code: 121, 122 …
	knp INT NOT NULL,
	-- place of the code in the list PAYER of kinds.def
	payer_kind INT NOT NULL CHECK (payer_kind >= 0),
	-- BIN or IIN of the payer as a number; 0 = none
	payer INT NOT NULL CHECK (payer >= 0),
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	-- when the payer paid
	paid_on INT NOT NULL,
	-- since when we know it
	known_since INT NOT NULL,
	PRIMARY KEY (month, person, doc, line)
) STRICT, WITHOUT ROWID;
INSERT INTO "payment" VALUES(202511,5916035572261832092,1050569915097971432,1,5763450599841066148,122,0,190140000007,600000,20251220,20251222);
INSERT INTO "payment" VALUES(202512,4115814984672958671,435597783574902901,2,435597783574902901,122,0,190140000007,390050,20260110,20260110);
INSERT INTO "payment" VALUES(202512,5916035572261832092,1050569915097971432,2,5763450599841066148,122,0,190140000007,600000,20260120,20260122);
INSERT INTO "payment" VALUES(202512,8071078080335927976,435597783574902901,1,435597783574902901,122,0,190140000007,425000,20260110,20260110);
INSERT INTO "payment" VALUES(202601,5916035572261832092,1050569915097971432,3,5763450599841066148,121,0,190140000007,900000,20260220,20260220);
CREATE TABLE person (
	-- 63 bits of SipHash(secret, IIN): the shard key
	person INTEGER PRIMARY KEY,
	-- the IIN as a number (leading zeros left out), compared after each look-up
	iin INT NOT NULL CHECK (iin > 0 AND iin < 1000000000000)
) STRICT;
INSERT INTO "person" VALUES(918161136036356832,500101200017);
INSERT INTO "person" VALUES(4115814984672958671,850515400002);
INSERT INTO "person" VALUES(5916035572261832092,500101100010);
INSERT INTO "person" VALUES(8071078080335927976,900101300007);
CREATE TABLE person_fact (
	-- whose
	person INT NOT NULL REFERENCES person (person),
	-- since when we know it; 0 = from the beginning
	known_since INT NOT NULL,
	-- surname as in the register, may be empty
	surname TEXT NOT NULL,
	-- first name, may be empty
	name TEXT NOT NULL,
	-- patronymic, may be empty
	patronymic TEXT NOT NULL,
	-- birth day; 0 = not known
	born INT NOT NULL,
	-- place of the code in the list RESIDENCE of kinds.def
	residence INT NOT NULL CHECK (residence >= 0),
	-- first day in the system; 0 = nothing limits it
	in_system_from INT NOT NULL,
	PRIMARY KEY (person, known_since)
) STRICT, WITHOUT ROWID;
INSERT INTO "person_fact" VALUES(918161136036356832,20260105,'ҮЛГІ','ӘСЕЛ','',19900701,0,0);
INSERT INTO "person_fact" VALUES(5916035572261832092,0,'СЫНАҚ','АДАМ','',19850315,0,20200101);
CREATE TABLE refund (
	-- whose
	person INT NOT NULL,
	-- contribution month
	month INT NOT NULL,
	-- the document of the payment line
	doc INT NOT NULL,
	-- the payment line
	line INT NOT NULL CHECK (line >= 0),
	-- when it went back
	known_since INT NOT NULL,
	-- purpose code
	knp INT NOT NULL,
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- the sum
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (person, month, doc, line, known_since, knp)
) STRICT, WITHOUT ROWID;
INSERT INTO "refund" VALUES(4115814984672958671,202512,435597783574902901,2,20260112,122,2463184289877430758,390050);
INSERT INTO "refund" VALUES(5916035572261832092,202511,1050569915097971432,1,20260125,122,1226379080174266214,100000);
CREATE TABLE seal (
	-- the day
	day INTEGER PRIMARY KEY,
	-- entries of that day
	entries INT NOT NULL CHECK (entries > 0),
	-- SHA-256 over the seal before and these entries
	digest BLOB NOT NULL,
	-- when it was sealed
	sealed_at INT NOT NULL
) STRICT;
INSERT INTO "seal" VALUES(20260301,4,X'57C9A12EF1F76B613B272836C542135C15F546B7CB71CBE3F882F9326C89E7F1',1772532000000000);
CREATE TABLE spell (
	-- whose
	person INT NOT NULL REFERENCES person (person),
	-- place of the code in the list SPELL of kinds.def
	kind INT NOT NULL CHECK (kind >= 0),
	-- category or exempt group; 0 for the other kinds
	detail INT NOT NULL CHECK (detail >= 0),
	-- first day
	from_day INT NOT NULL,
	-- last day, included; 99991231 while it runs
	to_day INT NOT NULL CHECK (to_day >= from_day),
	-- BIN or IIN of who must pay, as a number; 0 = none
	payer INT NOT NULL CHECK (payer >= 0),
	-- since when we know it; 0 = from the beginning
	known_since INT NOT NULL,
	PRIMARY KEY (person, kind, detail, from_day, payer, known_since, to_day)
) STRICT, WITHOUT ROWID;
INSERT INTO "spell" VALUES(918161136036356832,9,12,20250901,99991231,0,20250910);
INSERT INTO "spell" VALUES(5916035572261832092,0,0,20250101,99991231,190140000007,0);
CREATE TABLE suspense (
	-- the document that brought the line to us
	intake INT NOT NULL,
	-- number among the lines of that document that could not be placed, from 0
	place INT NOT NULL CHECK (place >= 0),
	-- key of the paying document; 0 = the same document
	doc INT NOT NULL,
	-- line in it
	line INT NOT NULL CHECK (line >= 0),
	-- public number of the error of errors.def
	reason INT NOT NULL CHECK (reason > 0),
	-- name of the field that is wrong
	field TEXT NOT NULL,
	-- the number as it was given
	given BLOB NOT NULL,
	-- the sum; 0 when it could not be read
	amount INT NOT NULL CHECK (amount >= 0),
	-- the line as it came
	source BLOB NOT NULL,
	PRIMARY KEY (intake, place)
) STRICT, WITHOUT ROWID;
INSERT INTO "suspense" VALUES(1226379080174266214,0,0,3,342,'doc',X'353030313031323030303137',0,X'502D393B313B3530303130313230303031373B323032352D31313B3132323B313030302E30303B323032362D30312D3235');
INSERT INTO "suspense" VALUES(5763450599841066148,0,0,5,114,'iin',X'353030313031313030303131',900000,X'502D313B343B3530303130313130303031313B323032362D30313B3132313B393030302E30303B3139303134303030303030373B656D706C6F7965723B323032362D30322D32303B');
CREATE TABLE transfer (
	-- the entry …
	unit INT NOT NULL,
	-- … and its number
	seq INT NOT NULL,
	-- place in the entry, from 0
	place INT NOT NULL CHECK (place >= 0),
	-- RECIPE_* of ledger/recipes.h
	recipe INT NOT NULL,
	-- account that is debited
	debit INT NOT NULL,
	-- account that is credited
	credit INT NOT NULL,
	-- how much
	amount INT NOT NULL CHECK (amount > 0),
	PRIMARY KEY (unit, seq, place),
	FOREIGN KEY (unit, seq) REFERENCES entry (unit, seq),
	CHECK (debit <> credit)
) STRICT, WITHOUT ROWID;
INSERT INTO "transfer" VALUES(435597783574902901,0,0,1,1000000,2001122,815050);
INSERT INTO "transfer" VALUES(1226379080174266214,0,0,5,2001122,4000000,100000);
INSERT INTO "transfer" VALUES(1226379080174266214,0,1,6,4000000,1000000,100000);
INSERT INTO "transfer" VALUES(2463184289877430758,0,0,5,2001122,4000000,390050);
INSERT INTO "transfer" VALUES(2463184289877430758,0,1,6,4000000,1000000,390050);
INSERT INTO "transfer" VALUES(5763450599841066148,0,0,1,1000000,2001121,900000);
INSERT INTO "transfer" VALUES(5763450599841066148,0,1,1,1000000,2001122,1200000);
INSERT INTO "transfer" VALUES(5763450599841066148,0,2,2,1000000,3000000,900000);
CREATE INDEX intake_by_done_at ON intake (done_at);
CREATE INDEX entry_by_day ON entry (day);
CREATE TRIGGER person_no_update BEFORE UPDATE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER person_no_delete BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER person_fact_no_update BEFORE UPDATE ON person_fact
BEGIN SELECT RAISE(ABORT, 'person_fact is append-only'); END;
CREATE TRIGGER person_fact_no_delete BEFORE DELETE ON person_fact
BEGIN SELECT RAISE(ABORT, 'person_fact is append-only'); END;
CREATE TRIGGER spell_no_update BEFORE UPDATE ON spell
BEGIN SELECT RAISE(ABORT, 'spell is append-only'); END;
CREATE TRIGGER spell_no_delete BEFORE DELETE ON spell
BEGIN SELECT RAISE(ABORT, 'spell is append-only'); END;
CREATE TRIGGER lookup_no_update BEFORE UPDATE ON lookup
BEGIN SELECT RAISE(ABORT, 'lookup is append-only'); END;
CREATE TRIGGER lookup_no_delete BEFORE DELETE ON lookup
BEGIN SELECT RAISE(ABORT, 'lookup is append-only'); END;
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment
BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'payment is append-only'); END;
CREATE TRIGGER refund_no_update BEFORE UPDATE ON refund
BEGIN SELECT RAISE(ABORT, 'refund is append-only'); END;
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund
BEGIN SELECT RAISE(ABORT, 'refund is append-only'); END;
CREATE TRIGGER suspense_no_update BEFORE UPDATE ON suspense
BEGIN SELECT RAISE(ABORT, 'suspense is append-only'); END;
CREATE TRIGGER suspense_no_delete BEFORE DELETE ON suspense
BEGIN SELECT RAISE(ABORT, 'suspense is append-only'); END;
CREATE TRIGGER account_no_update BEFORE UPDATE ON account
BEGIN SELECT RAISE(ABORT, 'account is append-only'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'account is append-only'); END;
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer is append-only'); END;
CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer is append-only'); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal
BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END;
CREATE TRIGGER migration_no_update BEFORE UPDATE ON migration
BEGIN SELECT RAISE(ABORT, 'migration is append-only'); END;
CREATE TRIGGER migration_no_delete BEFORE DELETE ON migration
BEGIN SELECT RAISE(ABORT, 'migration is append-only'); END;
CREATE TRIGGER installation_no_update BEFORE UPDATE ON installation
BEGIN SELECT RAISE(ABORT, 'installation is append-only'); END;
CREATE TRIGGER installation_no_delete BEFORE DELETE ON installation
BEGIN SELECT RAISE(ABORT, 'installation is append-only'); END;
CREATE TRIGGER intake_no_delete BEFORE DELETE ON intake
BEGIN SELECT RAISE(ABORT, 'a document is never deleted'); END;
COMMIT;
