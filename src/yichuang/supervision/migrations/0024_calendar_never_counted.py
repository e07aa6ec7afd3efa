"""The database does not count the days of the contract's calendar by itself.

Figures of a moment at which it stood empty (after a load that was taken back) make the planner read it whole for
each of its own days: a rule on limits then takes minutes. Without figures it goes by the size of the table, which is
right; a store that has some counts once more.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0023_guidance")]

    operations = [
        migrations.RunSQL(
            "alter table log_calendar set (autovacuum_enabled = false); analyze log_calendar",
            "alter table log_calendar reset (autovacuum_enabled)",
        )
    ]
