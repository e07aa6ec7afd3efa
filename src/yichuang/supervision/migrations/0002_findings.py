"""Findings, what could not be judged, and the rules' parameters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("rule", models.TextField()),
                ("version", models.TextField()),
                ("case_id", models.TextField()),
                ("at", models.TextField()),
                ("level", models.TextField()),
                ("division", models.TextField()),
                ("department", models.TextField()),
                ("item", models.TextField()),
                ("number", models.TextField()),
                ("person", models.TextField()),
                ("day", models.DateField(null=True)),
                ("measured", models.BigIntegerField(null=True)),
                ("allowed", models.BigIntegerField(null=True)),
                ("seq", models.BigIntegerField(null=True)),
                ("other", models.BigIntegerField(null=True)),
                ("open", models.BooleanField()),
                ("found_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["division", "open", "-found_at"], name="supervision_finding_division"),
                    models.Index(fields=["department", "open", "-found_at"], name="supervision_finding_department"),
                    models.Index(fields=["rule", "open"], name="supervision_finding_rule"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case_id", "rule", "at"), name="supervision_finding_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.TextField()),
                ("name", models.TextField()),
                ("value", models.IntegerField()),
                ("set_at", models.DateTimeField(auto_now_add=True)),
                ("set_by", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["rule", "name", "-id"], name="supervision_setting_newest")]},
        ),
        migrations.CreateModel(
            name="Unjudged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.TextField()),
                ("case_id", models.TextField()),
                ("since", models.DateTimeField()),
                ("error", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rule", "case_id"), name="supervision_unjudged_once")]
            },
        ),
    ]
