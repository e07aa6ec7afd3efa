"""What people took back stays on record and counts no more (`supervision.excusing`)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0013_licences")]

    operations = [
        migrations.AddField("finding", "excused", models.TextField(blank=True, default=""), preserve_default=False),
    ]
