"""Licences and what is done to them stand in the contract tables.

A store that has been followed before takes in the licences recorded until now: they are filled from their births.
"""

from django.db import migrations

CREATE = """
create table log_licences (
  "case_id" text not null,
  "licence_id" text not null,
  "number" text not null,
  "identifier" text not null,
  "type" text not null,
  "source" text not null,
  "division" text not null,
  "department" text not null,
  "item" text not null,
  "standard" text not null,
  "holder" text not null,
  "status" text not null,
  "version" bigint not null,
  "made_on" date,
  "valid_from" date,
  "valid_to" date,
  "suspended_until" date,
  "proceeding" text not null,
  "ended_on" date,
  "ended_by" text not null,
  "barred_until" date,
  primary key ("case_id", "licence_id")
);
create table log_licence_acts (
  "case_id" text not null,
  "licence_id" text not null,
  "seq" bigint not null,
  "number" text not null,
  "department" text not null,
  "kind" text not null,
  "source" text not null,
  "by_case" text not null,
  "occurred_at" timestamptz not null,
  "occurred_on" date not null,
  "recorded_at" timestamptz not null,
  "recorded_on" date not null,
  "person" text not null,
  "post" text not null,
  "version" bigint not null,
  "valid_from" date,
  "valid_to" date,
  "former_valid_to" date,
  "deemed" boolean not null,
  "decision" text not null,
  "ground" text not null,
  "proceeding_kind" text not null,
  "proceeding" bigint,
  "respond_by" date,
  "hold_by" date,
  "hearing_on" date,
  "suspended_until" date,
  primary key ("case_id", "licence_id", "seq")
);
create index log_licence_acts_hold on log_licence_acts (hold_by) where hold_by is not null;
create index log_posts_department on log_posts (department, kind);
insert into aggregates_place (name, position)
select 'contract/licence/', 0 from aggregates_place where name = 'contract'
on conflict do nothing;
"""
DROP = """
delete from aggregates_place where name = 'contract/licence/';
drop index log_posts_department;
drop table log_licence_acts;
drop table log_licences
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0012_undone"), ("licences", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
