-- 0003_chat_untitled_add: whether a chat still waits for a name; the words of its title say nothing about that.
-- Chats of before that have the name which the server gave are taken as unnamed, as they were until now.
-- Serves: naming a chat by its first words (by primary key). Undo: drop the column.
alter table chat add column untitled bigint not null default 0 check (untitled in (0, 1));
update chat set untitled = 1 where title = 'New chat';
