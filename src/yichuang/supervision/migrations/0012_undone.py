"""Fees given back and opinions corrected, for the rules."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0011_place_moves")]

    operations = [
        migrations.RunSQL(
            "alter table log_fees add column refunded_amount bigint, add column refunded_at timestamptz,"
            " add column refunded_on date;"
            " alter table log_steps add column corrected_on date",
            "alter table log_fees drop column refunded_amount, drop column refunded_at, drop column refunded_on;"
            " alter table log_steps drop column corrected_on",
        )
    ]
