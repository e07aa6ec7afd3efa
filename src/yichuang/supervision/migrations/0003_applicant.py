"""Rules that judge an applicant's cases together look for them by applicant."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_findings")]

    operations = [
        migrations.RunSQL(
            "create index log_cases_applicant on log_cases (applicant)",
            "drop index log_cases_applicant",
        )
    ]
