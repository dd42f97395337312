-- 0013_pack_add: packs, each an object that holds many chunks of a finished recording (docs/formats/pack.md, docs/adr/2026-11-29-packs.md).
-- planned: an attempt is about to make it, and may put it in use while this row is there; kept: its chunks are read from it;
-- dropped: its attempt was given up, the object goes, then the row. Undo: move the chunks out of the packs, then drop table and columns.
create table recording_pack (
  pack_key       text not null primary key,  -- of the object
  recording_id   text not null references recording (recording_id) on delete cascade,
  byte_count     integer not null check (byte_count > 0),
  state          text not null check (state in ('planned', 'kept', 'dropped')),
  created_utc_ns integer not null
) strict;
-- Serves: the packs of a recording, to erase, compare and make them.
create index recording_pack_of on recording_pack (recording_id);
-- Where the chunk lies: its pack, by name only, so that erasing a pack looks through no chunks, and its first byte in it. Null: its object is
-- blob_key.
alter table recording_chunk add column pack_key text;
alter table recording_chunk add column pack_offset integer check ((pack_key is null) = (pack_offset is null));
-- Serves: which chunks are not in a pack.
create index recording_chunk_single on recording_chunk (recording_id, seq) where pack_key is null;
