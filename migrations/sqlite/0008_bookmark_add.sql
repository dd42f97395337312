-- 0008_bookmark_add: places in a recording that somebody wants to find again. Erased with the recording.
create table bookmark (
  bookmark_id    text    not null primary key,
  recording_id   text    not null references recording (recording_id) on delete cascade,
  at_ms          integer not null check (at_ms between 0 and 86400000),  -- media time; a recording has at most a day
  note           text    not null check (length(note) <= 500),
  created_utc_ns integer not null
) strict;
-- Serves: the bookmarks of one recording, in order.
create index bookmark_recording on bookmark (recording_id, at_ms);
