from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Licence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.IntegerField()),
                ("reckoning", models.IntegerField(default=0)),
                ("state", models.TextField()),
                ("state_v", models.SmallIntegerField()),
                ("head", models.BinaryField()),
                ("stage", models.TextField()),
                ("number", models.TextField(unique=True)),
                ("type", models.TextField()),
                ("item", models.TextField()),
                ("division", models.TextField()),
                ("department", models.TextField()),
                ("subject", models.TextField()),
                ("identifier", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("version", models.IntegerField()),
                ("renewing", models.BooleanField()),
                ("suspended_until", models.DateField(null=True)),
                ("sole", models.TextField(null=True)),
                ("proceeding", models.TextField()),
                ("ended_on", models.DateField(null=True)),
                ("barred_until", models.DateField(null=True)),
                ("moved_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "type"], name="licences_holder"),
                    models.Index(fields=["department", "-moved_at"], name="licences_department"),
                    models.Index(
                        condition=models.Q(("barred_until__isnull", False)), fields=["subject"], name="licences_barred"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stage__in", ["valid", "suspended"])),
                        fields=("subject", "item", "sole"),
                        name="licences_one_alive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "licence_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("licence_id", models.UUIDField()),
                ("number", models.IntegerField()),
                ("identifier", models.TextField()),
                ("paper_stream", models.TextField(null=True)),
                ("paper_seq", models.IntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["paper_stream", "paper_seq"], name="licences_version_paper"),
                    models.Index(fields=["identifier"], name="licences_version_identifier"),
                ],
            },
        ),
    ]
