-- 0007_search_add: titles and what was said, word by word (docs/adr/2026-11-28-search.md). Filled by the program, also for
-- what is there already: words are cut by ICU, which SQL cannot do. Undo: drop the tables; nothing else refers to them.
create table search_title (
  chat_id text collate "C" not null primary key,
  title   text collate "C" not null,
  words   tsvector         not null
);
create index search_title_word on search_title using gin (words);

create table search_sentence (
  search_id    bigint           not null primary key,  -- when it was said: milliseconds * 65536 + a number that makes it unique
  recording_id text collate "C" not null references recording (recording_id) on delete cascade,
  speaker      text collate "C" not null check (speaker in ('person', 'model')),
  start_ns     bigint           not null,
  end_ns       bigint           not null,
  text         text collate "C" not null,
  words        tsvector         not null
);
-- Serves: replacing and removing what was said in one recording.
create index search_sentence_recording on search_sentence (recording_id);
create index search_sentence_word on search_sentence using gin (words);

-- Recordings whose words are in the index, and by which rules they were cut.
create table search_recording (
  recording_id  text collate "C" not null primary key references recording (recording_id) on delete cascade,
  words_version bigint           not null
);
