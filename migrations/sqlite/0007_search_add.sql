-- 0007_search_add: titles and what was said, word by word (docs/adr/2026-11-28-search.md). Filled by the program, also for
-- what is there already: words are cut by ICU, which SQL cannot do. Undo: drop the tables; nothing else refers to them.
create table search_title (
  search_id integer not null primary key,
  chat_id   text    not null unique,
  title     text    not null
) strict;
create virtual table search_title_word using fts5(words, tokenize = 'ascii');

create table search_sentence (
  search_id    integer not null primary key,  -- when it was said: milliseconds * 65536 + a number that makes it unique
  recording_id text    not null references recording (recording_id) on delete cascade,
  speaker      text    not null check (speaker in ('person', 'model')),
  start_ns     integer not null,
  end_ns       integer not null,
  text         text    not null
) strict;
-- Serves: replacing and removing what was said in one recording.
create index search_sentence_recording on search_sentence (recording_id);
create virtual table search_sentence_word using fts5(words, tokenize = 'ascii');

-- Recordings whose words are in the index, and by which rules they were cut.
create table search_recording (
  recording_id  text    not null primary key references recording (recording_id) on delete cascade,
  words_version integer not null
) strict, without rowid;
