"""Days on which the system stood still, for the administrator and for the rules."""

from django.db import migrations, models

CREATE = """
create table log_outages (
  "outage" text not null,
  "first_day" date not null,
  "last_day" date not null,
  "reason" text not null,
  primary key ("outage")
);
create index log_outages_first on log_outages (first_day);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_rates")]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("reason", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(last_day__gte=models.F("first_day")), name="supervision_outage_days"
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, "drop table log_outages"),
    ]
