"""Remember under which calendar and parameters a row's dates were reckoned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_timers")]
    operations = [migrations.AddField("case", "reckoning", models.IntegerField(default=0))]
