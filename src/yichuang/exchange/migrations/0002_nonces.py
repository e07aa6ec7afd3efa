"""Signed batches that were taken, each once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Nonce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("system", models.TextField()),
                ("nonce", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="exchange_nonce_at")],
                "constraints": [models.UniqueConstraint(fields=["system", "nonce"], name="exchange_nonce_once")],
            },
        ),
    ]
