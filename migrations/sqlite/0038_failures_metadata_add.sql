-- 0038_failures_metadata_add: how often the work of a job has failed; what a client of tus said of its file.
-- Undo: drop both columns.
-- Attempts that ended with their node are no failures: only failures make the next wait longer.
alter table job add column failures integer not null default 0 check (failures >= 0);
update job set failures = attempts;
-- `Upload-Metadata` as it came; HEAD gives it back (tus 1.0).
alter table upload add column tus_metadata text not null default '' check (length(tus_metadata) <= 4096);
