-- 0037_recording_sums_add: the sums over a library come from narrow rows, and its models from an index.
-- Undo: drop the trigger, the columns and the index.
-- A copy of what recording_view says of the newest view (0 without one), because its rows are wide: adding up 10 000 recordings took 24 ms, and takes
-- 7 ms so (measured 2026-11-30). Kept by a trigger, so that a program that does not know the columns keeps them right, too.
alter table recording add column view_duration_ns integer not null default 0;
alter table recording add column view_media_bytes integer not null default 0;
update recording set view_duration_ns = v.duration_ns, view_media_bytes = v.media_bytes from recording_view v where v.recording_id = recording.recording_id;
create trigger recording_view_sums after insert on recording_view begin
  update recording set view_duration_ns = new.duration_ns, view_media_bytes = new.media_bytes where recording_id = new.recording_id;
end;
-- Serves: which models a person talked to, one step of the index for each.
create index live_session_model on live_session (owner_id, model, live_session_id);
