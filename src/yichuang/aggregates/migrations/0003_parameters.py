from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aggregates", "0002_papers")]

    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.TextField()),
                ("name", models.TextField()),
                ("value", models.JSONField()),
                ("valid_from", models.DateField(null=True)),
                ("basis", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("set_by", models.TextField()),
                ("set_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["scope", "-id"], name="aggregates_setting_scope")]},
        ),
    ]
