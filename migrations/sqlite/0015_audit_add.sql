-- 0015_audit_add: who did what to which object, when and from where (docs/formats/audit-log.md). An entry is written with what it
-- tells of, and gets its place in the chain (seq, hash_hex) a moment later. Then nothing changes it any more.
create table audit_entry (
  audit_entry_id text    not null primary key,
  seq            integer unique check (seq >= 1),           -- null: has no place yet
  hash_hex       text    check (length(hash_hex) = 64),
  at_utc_ns      integer not null,
  actor_id       text    not null,                          -- '': the server itself. No reference: an entry outlives a user
  event          text    not null check (length(event) between 1 and 60),
  object_kind    text    not null check (length(object_kind) between 1 and 60),
  object_id      text    not null check (length(object_id) between 1 and 200),
  request_id     text    not null,
  address        text    not null,
  detail         text    not null check (length(detail) <= 200),
  check ((seq is null) = (hash_hex is null))
) strict;
-- Serves: what has no place in the chain yet.
create index audit_entry_open on audit_entry (at_utc_ns, audit_entry_id) where seq is null;
-- Serves: all that happened, newest first.
create index audit_entry_at on audit_entry (at_utc_ns desc, audit_entry_id desc);
-- Serves: what happened to one object, newest first.
create index audit_entry_object on audit_entry (object_id, at_utc_ns desc, audit_entry_id desc);
create trigger audit_entry_stays before delete on audit_entry begin
  select raise(abort, 'an audit entry is never removed');
end;
create trigger audit_entry_fixed before update on audit_entry
  when old.seq is not null or (old.audit_entry_id, old.at_utc_ns, old.actor_id, old.event, old.object_kind, old.object_id, old.request_id, old.address, old.detail)
    is not (new.audit_entry_id, new.at_utc_ns, new.actor_id, new.event, new.object_kind, new.object_id, new.request_id, new.address, new.detail)
begin
  select raise(abort, 'an audit entry is never changed');
end;
