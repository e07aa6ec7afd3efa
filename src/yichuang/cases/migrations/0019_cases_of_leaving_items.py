from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0018_corrections_being_written"),
    ]

    operations = [
        migrations.AddField("case", "leaves_on", models.DateField(null=True)),
        migrations.AddIndex(
            "case",
            models.Index(fields=["leaves_on"], condition=models.Q(leaves_on__isnull=False), name="cases_case_leaving"),
        ),
    ]
