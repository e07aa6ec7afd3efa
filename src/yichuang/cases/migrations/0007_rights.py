"""A cashier's scope is the cases with fees due, no longer the whole division."""

from django.db import migrations

FEES = """
insert into cases_access (scope_kind, scope_id, case_id, open, due_on)
select 'fees', a.scope_id, a.case_id, a.open, a.due_on from cases_access a join cases_case c on c.id = a.case_id
where a.scope_kind = 'division' and exists (
  select 1 from jsonb_each_text(c.state::jsonb -> 'due_fees') fee where fee.value::bigint <> 0
)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_scopes")]

    operations = [
        migrations.RunSQL(FEES, "delete from cases_access where scope_kind = 'fees'"),
    ]
