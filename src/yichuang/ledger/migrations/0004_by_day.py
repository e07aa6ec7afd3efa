"""A range index by time: entries lie in the order of their recording, so a few blocks answer for a day."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_lean")]
    operations = [
        migrations.RunSQL(
            "create index ledger_entry_day on ledger_entry using brin (recorded_at) with (pages_per_range = 16)",
            "drop index ledger_entry_day",
        )
    ]
