-- 0015_audit_add: who did what to which object, when and from where (docs/formats/audit-log.md). An entry is written with what it
-- tells of, and gets its place in the chain (seq, hash_hex) a moment later. Then nothing changes it any more.
create table audit_entry (
  audit_entry_id text collate "C" not null primary key,
  seq            bigint unique check (seq >= 1),            -- null: has no place yet
  hash_hex       text collate "C" check (length(hash_hex) = 64),
  at_utc_ns      bigint not null,
  actor_id       text collate "C" not null,                 -- '': the server itself. No reference: an entry outlives a user
  event          text collate "C" not null check (length(event) between 1 and 60),
  object_kind    text collate "C" not null check (length(object_kind) between 1 and 60),
  object_id      text collate "C" not null check (length(object_id) between 1 and 200),
  request_id     text collate "C" not null,
  address        text collate "C" not null,
  detail         text collate "C" not null check (length(detail) <= 200),
  check ((seq is null) = (hash_hex is null))
);
-- Serves: what has no place in the chain yet.
create index audit_entry_open on audit_entry (at_utc_ns, audit_entry_id) where seq is null;
-- Serves: all that happened, newest first.
create index audit_entry_at on audit_entry (at_utc_ns desc, audit_entry_id desc);
-- Serves: what happened to one object, newest first.
create index audit_entry_object on audit_entry (object_id, at_utc_ns desc, audit_entry_id desc);
create function audit_entry_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.seq is null and
     row(old.audit_entry_id, old.at_utc_ns, old.actor_id, old.event, old.object_kind, old.object_id, old.request_id, old.address, old.detail)
       is not distinct from
     row(new.audit_entry_id, new.at_utc_ns, new.actor_id, new.event, new.object_kind, new.object_id, new.request_id, new.address, new.detail)
  then
    return new;
  end if;
  raise exception 'an audit entry is never changed or removed' using errcode = 'check_violation';
end
$$;
create trigger audit_entry_fixed before update or delete on audit_entry for each row execute function audit_entry_guard();
