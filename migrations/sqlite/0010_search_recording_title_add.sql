-- 0010_search_recording_title_add: the names that people gave to recordings, word by word, as in 0007. Filled by the program.
-- Undo: drop the tables; nothing else refers to them.
create table search_recording_title (
  search_id    integer not null primary key,
  recording_id text    not null unique,
  title        text    not null
) strict;
create virtual table search_recording_title_word using fts5(words, tokenize = 'ascii');
