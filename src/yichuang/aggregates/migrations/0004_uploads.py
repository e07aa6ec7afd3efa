import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aggregates", "0003_parameters")]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("account", models.TextField()),
                ("stream", models.TextField(blank=True)),
                ("material", models.TextField()),
                ("name", models.TextField()),
                ("type", models.TextField()),
                ("size", models.IntegerField()),
                ("digest", models.TextField()),
                ("key", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"indexes": [models.Index(fields=["stream"], name="aggregates_upload_stream")]},
        ),
    ]
