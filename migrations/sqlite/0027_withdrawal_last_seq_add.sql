-- 0027_withdrawal_last_seq_add: a withdrawn consent ends what is recorded. Undo: drop the column.
-- The last chunk that it still covers; null: withdrawn before this was kept.
alter table consent_withdrawal add column last_seq integer;
