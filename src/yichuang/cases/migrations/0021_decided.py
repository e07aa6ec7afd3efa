from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_visits")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["-decided_on", "-id"], condition=models.Q(decided_on__isnull=False), name="cases_case_decided"
            ),
        ),
    ]
