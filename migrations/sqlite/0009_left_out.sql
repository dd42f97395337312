-- 0009_left_out: whether messages are missing that have no place in time, so that no row of the library calls such a recording complete.
-- Made with the view (domain/recording); rows of before say 0 until they are folded anew. Undo: drop the column.
alter table recording_view add column left_out integer not null default 0 check (left_out in (0, 1));
