"""A device is a mark of its own from now on. What stood here was the digest of a browser's name, equal for thousands.

And a step that silence opened begins on the day silence spoke.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0014_excused")]

    operations = [
        migrations.RunSQL("update log_events set device = '' where device <> ''", migrations.RunSQL.noop),
        migrations.RunSQL(
            "update log_steps set opened_on = (opened_at at time zone 'Asia/Shanghai')::date"
            " where opened_on < (opened_at at time zone 'Asia/Shanghai')::date",
            migrations.RunSQL.noop,
        ),
    ]
