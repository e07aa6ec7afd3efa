from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_register_of_laws"),
    ]

    operations = [
        migrations.AddField("item", "former_names", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("listmove", "files", models.TextField(blank=True, default=""), preserve_default=False),
    ]
