"""What counties have to do with the city's standards stands in the contract tables."""

from django.db import migrations

CREATE = """
create table log_county_tasks (
  "division" text not null,
  "item" text not null,
  "kind" text not null,
  "base" text not null,
  "department" text not null,
  "number" bigint not null,
  "opened_on" date not null,
  "due_on" date not null,
  "done_on" date,
  primary key ("division", "item", "kind", "base")
);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0019_no_limit")]

    operations = [migrations.RunSQL(CREATE, "drop table log_county_tasks")]
