from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("people", "0007_numbers_move")]

    operations = [
        migrations.AddField("message", "post", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddField("message", "key", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(fields=["account", "key"], condition=~Q(key=""), name="people_message_once"),
        ),
        migrations.AddIndex(
            "message", models.Index(fields=["account"], name="people_message_unread", condition=Q(read_at=None))
        ),
    ]
