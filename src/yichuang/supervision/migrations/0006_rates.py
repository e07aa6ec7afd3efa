"""What the three rates count: the departments, whether an item is handled online, and what is left out on what basis.

A store that has been followed before brings the shared tables up to date: the filling begins again behind the cases.
"""

from datetime import timedelta

from django.db import migrations, models

CREATE = """
create table log_departments (
  "department" text not null,
  "division" text not null,
  "name" text not null,
  "due" boolean not null,
  primary key ("department")
);
create table log_exclusions (
  "exclusion" text not null,
  "kind" text not null,
  "division" text not null,
  "department" text not null,
  "item" text not null,
  "reason" text not null,
  "basis" text not null,
  "first_day" date not null,
  "last_day" date,
  primary key ("exclusion")
);
alter table log_standards add column "online" boolean;
create index log_cases_submitted on log_cases (division, submitted_on);
update supervision_place set filling = 'case0' where name = 'contract' and filling is null;
"""
DROP = """
drop index log_cases_submitted;
alter table log_standards drop column "online";
drop table log_exclusions;
drop table log_departments
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_reported")]

    operations = [
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("division", models.TextField()),
                ("department", models.TextField(blank=True)),
                ("item", models.TextField(blank=True)),
                ("reason", models.TextField()),
                ("basis", models.TextField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.TextField()),
                ("ended_by", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(last_day=None)
                        | models.Q(last_day__gte=models.F("first_day") - timedelta(days=1)),
                        name="supervision_exclusion_days",
                    )
                ],
                "indexes": [models.Index(fields=["division", "kind"], name="supervision_exclusion_division")],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
