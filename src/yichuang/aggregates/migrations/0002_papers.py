from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aggregates", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("stream", models.TextField(db_collation="C")),
                ("seq", models.IntegerField()),
                ("kind", models.TextField()),
                ("number", models.TextField(unique=True)),
                ("code", models.TextField(unique=True)),
                ("digest", models.TextField()),
                ("issued_at", models.DateTimeField()),
            ],
        ),
    ]
