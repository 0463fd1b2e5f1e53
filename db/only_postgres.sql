-- SPDX-License-Identifier: Apache-2.0
-- What only PostgreSQL can say: enduring rows are never changed or deleted, by right. The program
-- runs as another role than the owner of the tables. Run after each migration.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
