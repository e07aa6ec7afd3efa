"""Guidance before an application stands in the contract tables."""

from django.db import migrations

CREATE = """
create table log_guidances (
  "guidance" text not null,
  "number" text not null,
  "source" text not null,
  "division" text not null,
  "item" text not null,
  "standard" text not null,
  "department" text not null,
  "applicant" text not null,
  "hard" text not null,
  "asked_on" date not null,
  "due_on" date not null,
  "done_on" date,
  "done_by" text not null,
  "noticed_at" timestamptz,
  "withdrawn_on" date,
  primary key ("guidance")
);
create table log_guidance_lines (
  "guidance" text not null,
  "material" text not null,
  "state" text not null,
  "lacked" boolean not null,
  primary key ("guidance", "material")
);
create index log_guidances_applicant on log_guidances (applicant, item);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0022_own_rules")]

    operations = [migrations.RunSQL(CREATE, "drop table log_guidance_lines; drop table log_guidances")]
