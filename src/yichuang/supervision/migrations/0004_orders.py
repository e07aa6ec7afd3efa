"""Supervision orders, their receipts and numbers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_applicant")]

    operations = [
        migrations.CreateModel(
            name="OrderReceipt",
            fields=[
                ("command_id", models.UUIDField(primary_key=True, serialize=False)),
                ("order", models.UUIDField()),
                ("person", models.TextField()),
                ("digest", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("division", models.TextField()),
                ("day", models.DateField()),
                ("last", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["division", "day"], name="supervision_order_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("stage", models.TextField()),
                ("origin", models.TextField()),
                ("level", models.TextField()),
                ("division", models.TextField()),
                ("department", models.TextField()),
                ("person", models.TextField()),
                ("rule", models.TextField()),
                ("finding", models.UUIDField(null=True)),
                ("case_id", models.TextField()),
                ("item", models.TextField()),
                ("number", models.TextField()),
                ("serial", models.TextField()),
                ("reach", models.IntegerField()),
                ("seq", models.IntegerField()),
                ("due_on", models.DateField(null=True)),
                ("wake_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("moved_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["finding"],
                        condition=~models.Q(stage__in=["revoked", "cancelled"]),
                        name="supervision_order_once",
                    ),
                    models.UniqueConstraint(
                        fields=["serial"], condition=~models.Q(serial=""), name="supervision_order_serial"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["division", "stage", "-moved_at"], name="supervision_order_division"),
                    models.Index(fields=["department", "stage", "-moved_at"], name="supervision_order_department"),
                    models.Index(fields=["person", "stage"], name="supervision_order_person"),
                    models.Index(fields=["case_id"], name="supervision_order_case"),
                    models.Index(
                        fields=["wake_at"], condition=models.Q(wake_at__isnull=False), name="supervision_order_wake"
                    ),
                ],
            },
        ),
    ]
