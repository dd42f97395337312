-- 0032_search_message_add: typed messages and answers in the search, in passages, word by word, as in 0007. Filled by the program.
-- Undo: drop the tables; nothing else refers to them.
create table search_passage (
  search_id  bigint           not null primary key,  -- when it was written: milliseconds * 65536 + 32768 + a number that makes it unique
  message_id text collate "C" not null references message (message_id) on delete cascade,
  text       text collate "C" not null,
  words      tsvector         not null
);
-- Serves: replacing and removing what one message says.
create index search_passage_message on search_passage (message_id);
create index search_passage_word on search_passage using gin (words);

-- Messages whose words are in the index, and by which rules they were cut.
create table search_message (
  message_id    text collate "C" not null primary key references message (message_id) on delete cascade,
  words_version bigint           not null
);
