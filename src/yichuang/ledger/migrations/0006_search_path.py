"""The guards look where they are told: a fixed search path and qualified names, so that no temporary table or schema
of a session can stand in for a table of ours. The one function that runs as the owner is not for everybody.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FORWARD = """
create or replace function public.ledger_now() returns timestamptz language plpgsql volatile
set search_path = pg_catalog, public, pg_temp as $$
declare
  shift text := pg_catalog.current_setting('yichuang.shift', true);
begin
  perform pg_catalog.pg_current_xact_id();
  if shift is null or shift = '' then
    return pg_catalog.clock_timestamp();
  end if;
  if not exists (select 1 from public.ledger_store where kind = 'demo') then
    raise exception 'the clock can be shifted only in a demo store' using errcode = 'insufficient_privilege';
  end if;
  return pg_catalog.clock_timestamp() + shift::pg_catalog.interval;
end $$;

alter function public.ledger_refuse_change() set search_path = pg_catalog, public, pg_temp;

create or replace function public.ledger_check_time() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if abs(extract(epoch from new.recorded_at - public.ledger_now())) > 5 then
    raise exception 'recorded_at % is not the ledger''s time', new.recorded_at using errcode = 'check_violation';
  end if;
  return new;
end $$;

create or replace function public.ledger_vault_only_destroyed() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' or old.bytes is null or new.bytes is not null or new.salt is not null
     or new.id <> old.id or new.subject <> old.subject then
    raise exception 'a vault row may only be destroyed' using errcode = 'restrict_violation';
  end if;
  if not exists (select 1 from public.ledger_entry where stream = 'vault/' || old.id and kind = 'destroyed'
                 and xid = pg_catalog.pg_current_xact_id()) then
    raise exception 'a vault row is destroyed only on a recorded decision' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create or replace function public.ledger_vault_destroy(target uuid) returns void language sql security definer
set search_path = pg_catalog, public, pg_temp as $$
  update public.ledger_vault set bytes = null, salt = null, destroyed_at = public.ledger_now() where id = target;
$$;
revoke execute on function public.ledger_vault_destroy(uuid) from public;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0005_audit")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
