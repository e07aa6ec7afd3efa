from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aggregates", "0004_uploads")]

    operations = [
        migrations.CreateModel(
            name="Scope",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "kind", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.TextField(db_collation="C")),
                ("kind", models.TextField()),
                ("name", models.TextField()),
            ],
            options={"indexes": [models.Index(fields=["kind", "name"], name="aggregates_scope_reader")]},
        ),
    ]
