-- 0002_recording_add: recordings, their sealed chunks and the newest view of each.
-- A recording outlives its chat as a tombstone (state 'erased'), so it refers to chat and live session by name only.
create table recording (
  recording_id      text collate "C"    not null primary key,
  live_session_id   text collate "C"    not null unique,
  chat_id           text collate "C"    not null,
  state             text collate "C"    not null check (state in ('recording', 'complete', 'complete_with_gaps', 'erased')),
  reason            text collate "C"    check (reason in ('hangup', 'lost', 'crash', 'error', 'abandoned')),
  created_utc_ns    bigint not null,
  ended_utc_ns      bigint,
  last_seq          bigint check (last_seq >= -1),
  chunk_count       bigint not null default 0,
  stored_bytes      bigint not null default 0,
  last_chunk_utc_ns bigint,
  erased_utc_ns     bigint,
  files_removed     bigint not null default 0 check (files_removed in (0, 1)),
  check ((state = 'erased') = (erased_utc_ns is not null))
);
-- Serves: the list, newest first.
create index recording_created on recording (created_utc_ns desc);
-- Serves: deleting a chat.
create index recording_chat on recording (chat_id);
-- Serves: the sweep for abandoned recordings and for files that are still to be removed.
create index recording_running on recording (state) where state = 'recording';
create index recording_removing on recording (files_removed) where state = 'erased' and files_removed = 0;

-- One row per sealed chunk; written once, never updated.
create table recording_chunk (
  recording_id  text collate "C"    not null references recording (recording_id) on delete cascade,
  seq           bigint not null check (seq >= 0),
  first_log_ns  bigint not null,  -- page clock, Unix epoch
  last_log_ns   bigint not null check (last_log_ns >= first_log_ns),
  byte_count    bigint not null check (byte_count > 0),
  crc32c        bigint not null check (crc32c between 0 and 4294967295),
  sha256_hex    text collate "C"    not null check (length(sha256_hex) = 64),
  blob_key      text collate "C"    not null unique,
  stored_utc_ns bigint not null,
  primary key (recording_id, seq)
);

-- A stored chunk that is absent or altered on disk; the row goes when the chunk is uploaded again.
create table recording_chunk_damage (
  recording_id text collate "C"    not null,
  seq          bigint not null,
  what         text collate "C"    not null,
  found_utc_ns bigint not null,
  primary key (recording_id, seq),
  foreign key (recording_id, seq) references recording_chunk (recording_id, seq) on delete cascade
);

-- The newest finished view; its files lie in the data directory's views/. A cache: may be deleted at any time.
create table recording_view (
  recording_id   text collate "C"    not null primary key references recording (recording_id) on delete cascade,
  version        bigint not null check (version >= 1),
  fold_version   bigint not null,
  chunk_count    bigint not null,
  duration_ns    bigint not null check (duration_ns >= 0),
  first_words    text collate "C"    not null,
  media_bytes    bigint not null,
  has_video      bigint not null check (has_video in (0, 1)),
  width          bigint not null,  -- of the first picture; 0 without one
  height         bigint not null,
  created_utc_ns bigint not null
);
