-- SPDX-License-Identifier: Apache-2.0
-- For pgbench: the rows that one payment writes, by prepared statements that go to the server together and
-- with one commit for each payment.
\set n random(1, :people)
\set txn random(1, 9000000000000000000)
\startpipeline
BEGIN;
INSERT INTO bank_txn (txn, bank, ref, digest, person, amount, placed, advance, lines, day, bank_time, taken_at, answer,
  posted) SELECT :txn, 'halyk', CAST(:txn AS TEXT), digest, person, 425000, 425000, 0, 1, 20261123, 20261123120000,
  1795000000000000, answer, :txn FROM bench WHERE n = :n;
INSERT INTO payment (month, person, doc, line, intake, knp, payer_kind, payer, amount, paid_on, known_since)
  SELECT 202611, person, :txn, 0, :txn, 122, 2, 0, 425000, 20261123, 20261123 FROM bench WHERE n = :n;
INSERT INTO entry (unit, seq, posted_at, day, law, lines, lines_check, transfers)
  SELECT :txn, 0, 1795000000000000, 20261123, digest, 1, :txn, 1 FROM bench WHERE n = :n;
INSERT INTO transfer (unit, seq, place, recipe, debit, credit, amount)
  VALUES (:txn, 0, 0, 1, 1000000, 2003122, 425000);
INSERT INTO coverage (person, iin, known, good_until, law, map)
  SELECT person, 1, 20261123, 99991231, 1, map FROM bench WHERE n = :n
  ON CONFLICT (person) DO UPDATE SET known = excluded.known, map = excluded.map;
COMMIT;
\endpipeline
