"""A finding keeps the standard of its case, by which steps, materials and limits are named to people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0016_one_cause")]

    operations = [
        migrations.AddField("finding", "standard", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunSQL(
            "update supervision_finding f set standard = c.standard from log_cases c"
            " where c.case_id = f.case_id and c.standard <> ''",
            migrations.RunSQL.noop,
        ),
    ]
