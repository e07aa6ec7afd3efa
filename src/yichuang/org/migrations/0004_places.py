"""Halls, former names, and the last day of what is closed. Zhengzhou's documents keep the mark they always had."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0003_systems"),
    ]

    operations = [
        migrations.AddField(
            model_name="department",
            name="last_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="division",
            name="last_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="division",
            name="mark",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="post",
            name="last_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("division", "区划"),
                            ("department", "部门"),
                            ("hall", "大厅"),
                            ("post", "岗位"),
                            ("officer", "人员"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ref", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=100)),
                ("last_day", models.DateField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "ref"], name="org_formername_ref")],
            },
        ),
        migrations.CreateModel(
            name="Hall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_day", models.DateField(blank=True, null=True)),
                ("name", models.CharField(max_length=60)),
                ("address", models.CharField(max_length=200)),
                ("hours", models.CharField(blank=True, max_length=100)),
                ("phone", models.CharField(blank=True, max_length=40)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="halls", to="org.division"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="post",
            name="hall",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.hall"
            ),
        ),
        migrations.AddConstraint(
            model_name="hall",
            constraint=models.UniqueConstraint(fields=("division", "name"), name="org_hall_once"),
        ),
        migrations.RunSQL("update org_division set mark = '郑' where code = '410100'", migrations.RunSQL.noop),
    ]
