-- SPDX-License-Identifier: Apache-2.0

-- Rows that say nothing and are only locked, where several may write at once; owned by
-- store/lock.c. Rebuildable.
CREATE TABLE gate (
	-- 1 = entries: shared by whoever posts one, alone for the seal
	gate KEY
);

INSERT INTO gate (gate) VALUES (1);
