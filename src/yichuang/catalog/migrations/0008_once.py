from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0007_city_and_counties"),
    ]

    operations = [
        migrations.AddField("item", "once", models.TextField(blank=True, default=""), preserve_default=False),
    ]
