"""What changes of laws ask of standards stands in the contract tables."""

from django.db import migrations

CREATE = """
create table log_law_tasks (
  "law" text not null,
  "number" bigint not null,
  "cause" text not null,
  "division" text not null,
  "item" text not null,
  "department" text not null,
  "lines" bigint not null,
  "opened_on" date not null,
  "since" date not null,
  "due_on" date not null,
  "done_on" date,
  primary key ("law", "number")
);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0017_standard")]

    operations = [migrations.RunSQL(CREATE, "drop table log_law_tasks")]
