"""A card is followed up by somebody of the watch, or goes into another of the same lapse."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="watcher",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["watcher"], condition=~models.Q(watcher=""), name="supervision_order_watcher"),
        ),
        migrations.RemoveConstraint(model_name="order", name="supervision_order_once"),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=["finding"],
                condition=~models.Q(stage__in=["cancelled", "merged", "revoked"]),
                name="supervision_order_once",
            ),
        ),
    ]
