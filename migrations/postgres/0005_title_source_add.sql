-- 0005_title_source_add: which recording's first words are the title of a chat; erasing it takes them back.
-- Absent for a title that a person gave.
create table chat_title_source (
  chat_id      text collate "C" not null primary key references chat (chat_id) on delete cascade,
  recording_id text collate "C" not null
);
