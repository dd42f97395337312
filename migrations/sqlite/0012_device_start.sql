-- 0012_device_start: when a recording began by the clock of its device, so that a row of the library tells a wrong clock, as its player does.
-- Made with the view (domain/recording); null when the recording does not say it, and in rows of before until they are folded anew.
-- Undo: drop the column.
alter table recording_view add column started_device_utc_ns integer;
