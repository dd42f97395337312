-- 0006_library_add: what a row of the library shows, so that a list needs nothing but the database.
-- The name that a person gave to a recording; none: its first words stand for it. Serves by primary key. Undo: drop the columns.
alter table recording add column title text collate "C" check (length(title) between 1 and 200);
-- All of them are made with the view (domain/recording); rows of before have none until they are folded anew.
alter table recording_view add column seam text collate "C" not null default '' check (length(seam) <= 200);
alter table recording_view add column has_thumbnail bigint not null default 0 check (has_thumbnail in (0, 1));
alter table recording_view add column missing_microphone_ns bigint not null default 0;
alter table recording_view add column missing_model_ns bigint not null default 0;
alter table recording_view add column missing_camera_ns bigint not null default 0;
alter table recording_view add column missing_messages_ns bigint not null default 0;
