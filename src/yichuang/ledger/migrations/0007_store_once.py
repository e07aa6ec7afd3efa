"""A database that holds entries cannot be declared a demo: the word is said before anything is done in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FORWARD = """
create function ledger_demo_is_empty() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.kind = 'demo' and exists (select 1 from public.ledger_entry) then
    raise exception 'a store that holds entries cannot become a demo store' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_store_empty before insert on ledger_store for each row execute function ledger_demo_is_empty();
"""

BACK = """
drop trigger ledger_store_empty on ledger_store;
drop function ledger_demo_is_empty();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0006_search_path")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACK)]
