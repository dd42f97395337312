-- 0037_recording_sums_add: the sums over a library come from narrow rows, and its models from an index.
-- Undo: drop the columns and the index.
-- A copy of what recording_view says of the newest view (0 without one), because its rows are wide: adding up 10 000 recordings took 22 ms, and takes
-- 8 ms so (measured 2026-11-30). Written with the view (note_view_made in server/platform/archive/view_rows.cpp).
alter table recording add column view_duration_ns integer not null default 0;
alter table recording add column view_media_bytes integer not null default 0;
update recording set view_duration_ns = v.duration_ns, view_media_bytes = v.media_bytes from recording_view v where v.recording_id = recording.recording_id;
-- Serves: which models a person talked to, one step of the index for each.
create index live_session_model on live_session (owner_id, model, live_session_id);
