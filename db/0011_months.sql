-- SPDX-License-Identifier: Apache-2.0

-- No table changes. What each engine says alone does (only_sqlite.sql, only_postgres.sql), and that is
-- run again with the last step.
SELECT 1;
