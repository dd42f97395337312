-- 0025_answerer_add: who answers in a chat, how an answer was reasoned, and where the service looked for it (docs/adr/2026-11-29-answerers.md).
-- An empty provider or model: the one of the settings. Undo: drop the columns.
alter table chat add column provider text collate "C" not null default '' check (length(provider) <= 40);
alter table chat add column model text collate "C" not null default '' check (length(model) <= 200);
-- To which other provider the words of live sessions may go: somebody was told and agreed.
alter table chat add column live_words_to text collate "C" not null default '' check (length(live_words_to) <= 40);
alter table message add column provider text collate "C" not null default '' check (length(provider) <= 40);
alter table message add column reasoning text collate "C" not null default '' check (length(reasoning) <= 100000);
alter table message add column grounding_json text collate "C" not null default '' check (length(grounding_json) <= 500000);
-- A summary: the newest message that it tells again. The model gets it instead of that message and those above it.
alter table message add column covers_until text collate "C";
