-- 0021_retention_add: how long recordings are kept, and what must not be erased (docs/adr/2026-11-29-retention.md).
-- How many days its owner wants a recording kept; null: what the setting says.
alter table recording add column keep_days integer check (keep_days between 1 and 36500);
-- Since when its owner holds it; null: not at all.
alter table recording add column held_utc_ns integer;
-- Since when an admin holds everything of a user; null: not at all. Undo: drop the three columns.
alter table app_user add column held_utc_ns integer;
