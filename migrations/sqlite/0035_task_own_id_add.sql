-- 0035_task_own_id_add: ids of tasks are chosen by clients. What somebody calls theirs by an id that a task of another person has already is
-- kept under another key, so that neither learns of the other. Undo: drop the index and the column; such tasks get other ids then.
-- Null: its owner knows the task by its key.
alter table task add column own_id text check (length(own_id) = 36);
-- Serves: a task by the id that its owner gave it.
create unique index task_own_id on task (owner_id, own_id);
