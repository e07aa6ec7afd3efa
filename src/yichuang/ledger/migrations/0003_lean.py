"""Drop the index by transaction: readers of the ledger go by position (ledger/horizon.py)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.RunSQL("drop index ledger_entry_xid", "create index ledger_entry_xid on ledger_entry (xid)")
    ]
