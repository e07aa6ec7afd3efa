from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0021_decided"),
    ]

    operations = [
        migrations.AddField("case", "gaps", models.TextField(default="", blank=True)),
        migrations.AddIndex(
            "case",
            models.Index(fields=["division", "item"], condition=~models.Q(gaps=""), name="cases_case_gaps"),
        ),
    ]
