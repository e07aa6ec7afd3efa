"""Departments' own systems that are connected."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0002_over_time")]

    operations = [
        migrations.CreateModel(
            name="System",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("public_key", models.CharField(max_length=64)),
                ("connected_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="systems", to="org.department"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(code__regex="^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$"), name="org_system_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(public_key__regex="^[0-9a-f]{64}$"), name="org_system_key"
                    ),
                ],
            },
        ),
    ]
