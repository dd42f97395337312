-- 0004_view_file_add: what the files of each view must be, so that a damaged one is found and made anew.
create table recording_view_file (
  recording_id text collate "C"    not null references recording_view (recording_id) on delete cascade,
  name         text collate "C"    not null,
  byte_count   bigint not null check (byte_count >= 0),
  sha256_hex   text collate "C"    not null check (length(sha256_hex) in (0, 64)),  -- empty: not computed yet
  primary key (recording_id, name)
);
