"""An index for audit: entries of every stream but cases' by the stream's first word and time. Cases pay nothing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_by_day")]
    operations = [
        migrations.RunSQL(
            "create index ledger_entry_audit on ledger_entry (split_part(stream, '/', 1), recorded_at, position)"
            " where stream not like 'case/%'",
            "drop index ledger_entry_audit",
        )
    ]
