-- 0010_search_recording_title_add: the names that people gave to recordings, word by word, as in 0007. Filled by the program.
-- Undo: drop the table; nothing else refers to it.
create table search_recording_title (
  recording_id text collate "C" not null primary key,
  title        text collate "C" not null,
  words        tsvector         not null
);
create index search_recording_title_word on search_recording_title using gin (words);
