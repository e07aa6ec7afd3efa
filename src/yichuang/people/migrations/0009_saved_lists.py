from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_message_of_a_post")]

    operations = [migrations.AddField("account", "saved_lists", models.TextField(blank=True, default=""))]
