from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_uploads_of_every_life"),
    ]

    operations = [
        migrations.DeleteModel(
            name="Certificate",
        ),
        migrations.AddField(
            model_name="draft",
            name="licence",
            field=models.UUIDField(null=True),
        ),
    ]
