-- SPDX-License-Identifier: Apache-2.0

-- Steps of this schema that were run; owned by store/migrate.c. Enduring.
CREATE TABLE migration (
	-- number of the step, from its file name
	number KEY,
	-- its file name
	name LABEL NOT NULL,
	-- SHA-256 of its text
	digest BYTES NOT NULL,
	-- when it was run
	run_at INSTANT NOT NULL
);

-- This installation: one row; owned by store/migrate.c. Enduring.
CREATE TABLE installation (
	-- always 1
	installation KEY CHECK (installation = 1),
	-- 16 random bytes: key of person keys and line checks
	secret BYTES NOT NULL,
	-- when the database was made
	created_at INSTANT NOT NULL
);
