"""Where an officer was enrolled, which says whose they are until the first post does."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0004_places")]
    operations = [
        migrations.AddField(
            model_name="officer",
            name="enrolled_in",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.division",
            ),
        ),
    ]
