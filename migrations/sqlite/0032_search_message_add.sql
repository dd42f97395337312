-- 0032_search_message_add: typed messages and answers in the search, in passages, word by word, as in 0007. Filled by the program.
-- Undo: drop the trigger and the tables; nothing else refers to them.
create table search_passage (
  search_id  integer not null primary key,  -- when it was written: milliseconds * 65536 + 32768 + a number that makes it unique
  message_id text    not null references message (message_id) on delete cascade,
  text       text    not null
) strict;
-- Serves: replacing and removing what one message says.
create index search_passage_message on search_passage (message_id);
create virtual table search_passage_word using fts5(words, tokenize = 'ascii');

-- Messages whose words are in the index, and by which rules they were cut.
create table search_message (
  message_id    text    not null primary key references message (message_id) on delete cascade,
  words_version integer not null
) strict, without rowid;

-- Passages that are gone, whatever removed their message: the program removes their words, then cleans the files of the index
-- (removed = 1: only that is left). A trigger may not touch a virtual table.
create table search_removed (
  search_id integer not null primary key,
  removed   integer not null default 0 check (removed in (0, 1))
) strict;
create trigger search_passage_removed after delete on search_passage begin
  insert or ignore into search_removed (search_id) values (old.search_id);
end;
