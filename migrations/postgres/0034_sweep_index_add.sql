-- 0034_sweep_index_add: what is asked every few seconds, of however many recordings, is answered by indexes that hold only what is to be done.
-- 1 until a view is stored that has all chunks; 1 too many costs one look, 1 too few a view. The program sets it right at each start. Undo: drop
-- the indexes and the column.
alter table recording add column needs_view bigint not null default 1 check (needs_view in (0, 1));
update recording set needs_view = 0 where recording_id in (select v.recording_id from recording_view v join recording r on r.recording_id = v.recording_id
  where r.state in ('complete', 'complete_with_gaps') and exists (select 1 from recording_view_file f where f.recording_id = v.recording_id)
  and v.chunk_count >= r.chunk_count - (select count(*) from recording_chunk_damage d where d.recording_id = r.recording_id));
-- Serves: ended recordings that need a view.
create index recording_without_view on recording (created_utc_ns) where needs_view = 1 and state in ('complete', 'complete_with_gaps');
-- Serves: recordings whose time is over, for each number of days that owners have chosen. No chunk changes what is in it.
create index recording_keep on recording (keep_days, created_utc_ns) where held_utc_ns is null and state in ('complete', 'complete_with_gaps');
-- Serves: the sweep for live sessions that have gone silent.
create index live_session_live on live_session (live_session_id) where state = 'live';
