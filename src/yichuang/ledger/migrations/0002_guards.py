"""The guards: append-only by trigger, the ledger's clock, the destruction of a vault row only on record."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FORWARD = """
alter table ledger_entry add column xid xid8 not null default pg_current_xact_id();
create index ledger_entry_xid on ledger_entry (xid);
alter table ledger_entry add constraint ledger_entry_seq_from_one check (seq > 0);

-- The database's clock; a session may shift it only in a store created as demo. Taking an xid here makes every
-- writer visible to the sealer before its rows get positions (ledger/seals.py).
create function ledger_now() returns timestamptz language plpgsql volatile as $$
declare
  shift text := current_setting('yichuang.shift', true);
begin
  perform pg_current_xact_id();
  if shift is null or shift = '' then
    return clock_timestamp();
  end if;
  if not exists (select 1 from ledger_store where kind = 'demo') then
    raise exception 'the clock can be shifted only in a demo store' using errcode = 'insufficient_privilege';
  end if;
  return clock_timestamp() + shift::interval;
end $$;

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append-only: % on %', tg_op, tg_table_name using errcode = 'restrict_violation';
end $$;

create function ledger_check_time() returns trigger language plpgsql as $$
begin
  if abs(extract(epoch from new.recorded_at - ledger_now())) > 5 then
    raise exception 'recorded_at % is not the ledger''s time', new.recorded_at using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger ledger_entry_append before update or delete on ledger_entry for each row execute function
ledger_refuse_change();
create trigger ledger_entry_keep before truncate on ledger_entry for each statement execute function
ledger_refuse_change();
create trigger ledger_entry_time before insert on ledger_entry for each row execute function ledger_check_time();
create trigger ledger_seal_append before update or delete on ledger_seal for each row execute function
ledger_refuse_change();
create trigger ledger_seal_keep before truncate on ledger_seal for each statement execute function
ledger_refuse_change();
create trigger ledger_store_append before update or delete on ledger_store for each row execute function
ledger_refuse_change();
create trigger ledger_store_keep before truncate on ledger_store for each statement execute function
ledger_refuse_change();

-- A vault row changes once in its life: its bytes and salt become null, in the transaction whose entry decides so.
create function ledger_vault_only_destroyed() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.bytes is null or new.bytes is not null or new.salt is not null
     or new.id <> old.id or new.subject <> old.subject then
    raise exception 'a vault row may only be destroyed' using errcode = 'restrict_violation';
  end if;
  if not exists (select 1 from ledger_entry where stream = 'vault/' || old.id and kind = 'destroyed' and xid =
  pg_current_xact_id()) then
    raise exception 'a vault row is destroyed only on a recorded decision' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_vault_change before update or delete on ledger_vault for each row execute function
ledger_vault_only_destroyed();
create trigger ledger_vault_keep before truncate on ledger_vault for each statement execute function
ledger_refuse_change();

-- The application's role has no UPDATE on the vault; this is its one door.
create function ledger_vault_destroy(target uuid) returns void language sql security definer set search_path =
public, pg_temp as $$
  update ledger_vault set bytes = null, salt = null, destroyed_at = ledger_now() where id = target;
$$;
"""

BACK = """
drop function ledger_vault_destroy(uuid);
drop trigger ledger_vault_keep on ledger_vault;
drop trigger ledger_vault_change on ledger_vault;
drop function ledger_vault_only_destroyed();
drop trigger ledger_store_keep on ledger_store;
drop trigger ledger_store_append on ledger_store;
drop trigger ledger_seal_keep on ledger_seal;
drop trigger ledger_seal_append on ledger_seal;
drop trigger ledger_entry_time on ledger_entry;
drop trigger ledger_entry_keep on ledger_entry;
drop trigger ledger_entry_append on ledger_entry;
drop function ledger_check_time();
drop function ledger_refuse_change();
drop function ledger_now();
alter table ledger_entry drop column xid;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACK)]
