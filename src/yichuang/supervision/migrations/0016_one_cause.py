"""A finding may stand under another of the same lapse."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0015_devices_and_steps")]

    operations = [
        migrations.AddField(model_name="finding", name="under", field=models.UUIDField(null=True)),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["under"], condition=~models.Q(under=None), name="supervision_finding_under"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["department", "day"],
                condition=models.Q(rule="R-O01", under=None),
                name="supervision_finding_batches",
            ),
        ),
    ]
