from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import F


def a_year(apps: Any, schema_editor: Any) -> None:
    """Tokens issued before they expired get a year from their day of issue."""
    apps.get_model("people", "ApiClient").objects.update(expires_at=F("created_at") + timedelta(days=365))


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField("apiclient", "expires_at", models.DateTimeField(null=True)),
        migrations.RunPython(a_year, migrations.RunPython.noop),
        migrations.AlterField("apiclient", "expires_at", models.DateTimeField()),
    ]
