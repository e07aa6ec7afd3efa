from django.db import migrations

# What was recorded before officers are told is no news to them
BEGIN = """
insert into aggregates_place (name, position)
select name, (select coalesce(max(position), 0) from ledger_entry)
from unnest(array['revision_notices', 'deviation_notices', 'proposal_notices', 'law_notices']) name
on conflict (name) do nothing
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0013_search_words"),
        ("aggregates", "0001_initial"),
        ("ledger", "0007_store_once"),
    ]

    operations = [migrations.RunSQL(BEGIN, migrations.RunSQL.noop)]
