"""A limit that there is not, and a number of officers that is not known, are nulls of the contract."""

from django.db import migrations

COLUMNS = {
    "log_steps": ("limit", "officers"),
    "log_standard_steps": ("limit",),
    "log_standards": ("statutory", "promised", "accept_within", "supply_within", "deliver_within"),
}
LOOSEN = "; ".join(
    f'alter table {table} alter column "{name}" drop not null' for table, names in COLUMNS.items() for name in names
)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0018_law_tasks")]

    operations = [migrations.RunSQL(LOOSEN, migrations.RunSQL.noop)]
