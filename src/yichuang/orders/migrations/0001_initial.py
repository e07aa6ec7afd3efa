"""The model of the table that supervision made (`supervision.0004_orders`); the database is not touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("supervision", "0009_orders_move_out")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
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
                        ("reckoning", models.IntegerField(default=0)),
                        ("due_on", models.DateField(null=True)),
                        ("opened_at", models.DateTimeField()),
                        ("issued_at", models.DateTimeField(null=True)),
                        ("moved_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "supervision_order",
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
                            models.Index(
                                fields=["department", "stage", "-moved_at"], name="supervision_order_department"
                            ),
                            models.Index(fields=["person", "stage"], name="supervision_order_person"),
                            models.Index(fields=["case_id"], name="supervision_order_case"),
                        ],
                    },
                )
            ]
        )
    ]
